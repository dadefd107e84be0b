import { UserError } from '../../../../errors.ts';
import type { MountPoint } from '../../../job/data.ts';
import { parseHostPath, parseMountTarget } from '../../../values/mount-points.ts';
import { at, locationOf, type MapNode } from '../../../yaml/node.ts';
import type { StepFields } from '../file/step-schema.ts';
import type { StepFindings } from './inputs.ts';

type Field = NonNullable<StepFields['mounts']>[number];

/** `/source:/destination`, or a mapping. */
export function readMounts(
  { mounts = [] }: StepFields,
  node: MapNode,
  { findings, blockers }: StepFindings,
): readonly MountPoint[] {
  return mounts.flatMap((field, index): readonly MountPoint[] => {
    const location = locationOf(node, ['mounts', index]);
    if (at(node, ['mounts', index, 'options']) !== undefined) {
      findings.notice('no-effect', '"options" of a mount have no effect here', { at: location });
    }
    const mount = blockers.attempt(location, () => mountOf(field), { code: 'mount' });
    return mount === undefined ? [] : [{ ...mount, location }];
  });
}

function mountOf(field: Field): MountPoint {
  if (typeof field === 'string') {
    const [source = '', destination = '', ...more] = field.split(':');
    if (destination === '' || more.length > 0)
      throw new UserError(`"${field}" is not a mount`, { hint: 'write it as in /source:/destination' });
    return { from: parseHostPath(source), to: parseMountTarget(destination), readOnly: false };
  }
  const { source, destination, readonly: readOnly = false, type = 'bind' } = field;
  if (type !== 'bind' && type !== '') {
    throw new UserError(`a mount of the type "${type}" is not supported`, {
      hint: 'mount it on the machine, and name its folder as "source"',
    });
  }
  return { from: parseHostPath(source), to: parseMountTarget(destination), readOnly };
}
