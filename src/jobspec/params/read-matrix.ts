import type { Location } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { parseParamName } from '../values/names.ts';
import { suggestion } from '../values/suggest.ts';
import { at, type MapNode, type Node, type TextNode } from '../yaml/node.ts';
import { type Combination, type Matrix, MOST_LEGS, sizeOf } from './matrix.ts';

/** More is never expanded, whatever is left out afterwards. */
const MOST_EXPANDED = MOST_LEGS * MOST_LEGS;

const PATH = ['strategy', 'matrix'];

/** The matrix as it stands in the file, each value at its place; undefined: there is none, or it cannot be used. */
export function readMatrix(root: MapNode, findings: Findings): Matrix<TextNode> | undefined {
  const node = at(root, PATH);
  if (node?.kind !== 'map' || node.entries.size === 0) return undefined;
  const names = [...node.entries.keys()].filter((name) => name !== 'include' && name !== 'exclude');
  const vectors = new Map(names.map((name) => [name, textsOf(at(node, [name]))]));
  const matrix = {
    vectors,
    include: combinationsOf(at(node, ['include'])),
    exclude: combinationsOf(at(node, ['exclude'])),
  };
  const own = new Findings();
  checkNames(node, names, own);
  checkValues(node, matrix, own);
  findings.add(own.all);
  return own.hasErrors ? undefined : matrix;
}

function textsOf(node: Node | undefined): readonly TextNode[] {
  return node?.kind === 'list' ? node.items.filter((item) => item.kind === 'text') : [];
}

function combinationsOf(node: Node | undefined): readonly Combination<TextNode>[] {
  const items = node?.kind === 'list' ? node.items : [];
  return items.map((item) => new Map(item.kind === 'map' ? textEntries(item) : []));
}

function textEntries({ entries }: MapNode): readonly (readonly [string, TextNode])[] {
  return [...entries].flatMap(([name, { value }]) => (value.kind === 'text' ? [[name, value] as const] : []));
}

function checkNames(node: MapNode, names: readonly string[], findings: Findings): void {
  const items = ['include', 'exclude'].flatMap((key) => {
    const list = at(node, [key]);
    return list?.kind === 'list' ? list.items : [];
  });
  const keys = items.flatMap((item) => (item.kind === 'map' ? [...item.entries] : []));
  const all = [...[...node.entries].filter(([name]) => names.includes(name)), ...keys];
  const subject = 'strategy.matrix';
  for (const [name, { key }] of all)
    findings.attempt(key, () => parseParamName(name), { code: 'invalid-key', subject });
}

function checkValues(node: MapNode, matrix: Matrix<TextNode>, findings: Findings): void {
  for (const [name, values] of matrix.vectors) {
    if (values.length > 0) continue;
    const hint = 'write at least one value';
    findings.error('matrix', `strategy.matrix.${name}: the list is empty`, {
      hint,
      at: placeIn(node, [name]),
    });
  }
  checkEntries('include', node, matrix, findings);
  checkEntries('exclude', node, matrix, findings);
  checkExcludes(node, matrix, findings);
  const size = sizeOf(matrix);
  if (size > MOST_EXPANDED) refuseTooMany(size, node.location, findings);
}

function checkEntries(
  key: 'include' | 'exclude',
  node: MapNode,
  matrix: Matrix<TextNode>,
  findings: Findings,
): void {
  for (const [index, { size }] of matrix[key].entries()) {
    if (size > 0) continue;
    const hint = 'write, for example: { lr: 0.1 }';
    const place = placeIn(node, [key, index]);
    findings.error('matrix', `strategy.matrix.${key}.${index} has no value`, { hint, at: place });
  }
}

function checkExcludes(node: MapNode, { vectors, exclude }: Matrix<TextNode>, findings: Findings): void {
  const known = [...vectors.keys()];
  for (const [index, part] of exclude.entries()) {
    for (const name of [...part.keys()].filter((one) => !vectors.has(one))) {
      const hint = known.length === 0 ? 'the matrix has no lists of values' : suggestion(name, known);
      const message = `strategy.matrix.exclude.${index}: "${name}" is not a list of the matrix`;
      findings.error('matrix', message, { hint, at: placeIn(node, ['exclude', index, name]) });
    }
  }
}

export function refuseTooMany(count: number, at: Location, findings: Findings): void {
  const hint = 'leave values out, or split the job into several';
  findings.error('matrix', `the matrix has ${count} combinations, and may have at most ${MOST_LEGS}`, {
    hint,
    at,
  });
}

function placeIn(node: MapNode, path: readonly (string | number)[]): Location {
  return at(node, path)?.location ?? node.location;
}

/** Warns of entries of `exclude` that leave nothing out. */
export function warnOfUselessExcludes(
  { vectors, exclude }: Matrix<TextNode>,
  isSame: (name: string, one: TextNode, other: TextNode) => boolean,
  findings: Findings,
): void {
  const useless = exclude.filter((part) =>
    [...part].some(([name, value]) => !vectors.get(name)?.some((other) => isSame(name, value, other))),
  );
  for (const part of useless) {
    const [first] = part.values();
    const message = 'this entry of "exclude" matches no combination of the matrix';
    const hint = 'compare its values with those of the lists';
    findings.warning('matrix', message, { hint, at: first?.location });
  }
}
