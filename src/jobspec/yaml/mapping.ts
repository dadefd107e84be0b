import { type Location, UserError } from '../../errors.ts';
import type { SpecFile } from '../file/spec-file.ts';
import { type MapNode, mapNode } from './node.ts';
import { slipAt } from './slip.ts';
import { parseYaml } from './yaml.ts';

/** The file as a mapping, which is what a spec is; an empty file has no keys. */
export function readMapping(
  { text, path }: Pick<SpecFile, 'path' | 'text'>,
  options: Parameters<typeof parseYaml>[2] = {},
): MapNode {
  const root = parseYaml(text, path, options);
  if (root.kind === 'map') return root;
  if (root.kind === 'null') return mapNode([], root.location);
  throw slipAt(text, 1, path) ?? notMapping(root.location);
}

function notMapping(location: Location): UserError {
  return new UserError('a spec is a mapping of keys and values', {
    code: 'wrong-type',
    hint: 'write, for example: run: python train.py',
    location,
  });
}
