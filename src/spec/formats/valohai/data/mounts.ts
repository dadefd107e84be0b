import { type Finding, UserError } from '../../../../errors.ts';
import type { MountPoint } from '../../../data.ts';
import { parseHostPath, parseMountTarget } from '../../../values/mount-points.ts';
import { at, type MapNode, placeOf } from '../../../yaml/node.ts';
import type { StepFields } from '../schema.ts';

type Field = NonNullable<StepFields['mounts']>[number];

export interface StepMounts {
  readonly mounts: readonly MountPoint[];
  readonly findings: readonly Finding[];
  /** What keeps the step from being run, and not from being planned. */
  readonly blockers: readonly Finding[];
}

/** `/source:/destination`, or a mapping. */
export function readMounts({ mounts = [] }: StepFields, node: MapNode): StepMounts {
  const findings: Finding[] = [];
  const blockers: Finding[] = [];
  const read = mounts.flatMap((field, index): readonly MountPoint[] => {
    const location = placeOf(node, ['mounts', index]);
    if (at(node, ['mounts', index, 'options']) !== undefined) {
      const message = '"options" of a mount have no effect here';
      findings.push({ level: 'notice', code: 'no-effect', message, location });
    }
    try {
      return [{ ...mountOf(field), location }];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      blockers.push(...error.findings.map((finding) => ({ ...finding, code: 'mount', location })));
      return [];
    }
  });
  return { mounts: read, findings, blockers };
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
