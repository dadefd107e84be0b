import { type Finding, type Location, UserError } from '../../errors.ts';
import { parseParamName } from '../values/names.ts';
import { suggestion } from '../values/suggest.ts';
import { at, type MapNode, type Node, type TextNode } from '../yaml/node.ts';
import { type Combination, type Matrix, MOST_LEGS, sizeOf } from './matrix.ts';

/** More is never expanded, whatever is left out afterwards. */
const MOST_EXPANDED = MOST_LEGS * MOST_LEGS;

const PATH = ['strategy', 'matrix'];

export interface MatrixRead {
  /** undefined: there is none, or nothing can be made of it. */
  readonly matrix?: Matrix<TextNode> | undefined;
  readonly findings: readonly Finding[];
}

/** The matrix as it stands in the file, each value at its place. */
export function readMatrix(root: MapNode): MatrixRead {
  const node = at(root, PATH);
  if (node?.kind !== 'map' || node.entries.size === 0) return { findings: [] };
  const names = [...node.entries.keys()].filter((name) => name !== 'include' && name !== 'exclude');
  const vectors = new Map(names.map((name) => [name, textsOf(at(node, [name]))]));
  const matrix = {
    vectors,
    include: combinationsOf(at(node, ['include'])),
    exclude: combinationsOf(at(node, ['exclude'])),
  };
  const findings = [...problemsOfNames(node, names), ...problemsOfValues(node, matrix)];
  return findings.some(({ level }) => level === 'error') ? { findings } : { matrix, findings };
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

function problemsOfNames(node: MapNode, names: readonly string[]): readonly Finding[] {
  const items = ['include', 'exclude'].flatMap((key) => {
    const list = at(node, [key]);
    return list?.kind === 'list' ? list.items : [];
  });
  const keys = items.flatMap((item) => (item.kind === 'map' ? [...item.entries] : []));
  const all = [...[...node.entries].filter(([name]) => names.includes(name)), ...keys];
  return all.flatMap(([name, { key }]) => problemOfName(name, key));
}

function problemOfName(name: string, location: Location): readonly Finding[] {
  try {
    parseParamName(name);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map((finding) => ({
      ...finding,
      code: 'invalid-key',
      message: `strategy.matrix: ${finding.message}`,
      location,
    }));
  }
}

function problemsOfValues(node: MapNode, matrix: Matrix<TextNode>): readonly Finding[] {
  const empty = [...matrix.vectors].filter(([, values]) => values.length === 0);
  const findings = [
    ...empty.map(([name]) =>
      problem(
        `strategy.matrix.${name}: the list is empty`,
        'write at least one value',
        placeIn(node, [name]),
      ),
    ),
    ...emptyEntries('include', node, matrix),
    ...emptyEntries('exclude', node, matrix),
    ...unknownExcludes(node, matrix),
  ];
  const size = sizeOf(matrix);
  return size > MOST_EXPANDED ? [...findings, tooMany(size, node.location)] : findings;
}

function emptyEntries(
  key: 'include' | 'exclude',
  node: MapNode,
  matrix: Matrix<TextNode>,
): readonly Finding[] {
  return matrix[key].flatMap(({ size }, index) => {
    if (size > 0) return [];
    const message = `strategy.matrix.${key}.${index} has no value`;
    return [problem(message, 'write, for example: { lr: 0.1 }', placeIn(node, [key, index]))];
  });
}

function unknownExcludes(node: MapNode, { vectors, exclude }: Matrix<TextNode>): readonly Finding[] {
  const known = [...vectors.keys()];
  return exclude.flatMap((part, index) =>
    [...part.keys()]
      .filter((name) => !vectors.has(name))
      .map((name) => {
        const hint = known.length === 0 ? 'the matrix has no lists of values' : suggestion(name, known);
        const message = `strategy.matrix.exclude.${index}: "${name}" is not a list of the matrix`;
        return problem(message, hint, placeIn(node, ['exclude', index, name]));
      }),
  );
}

export function tooMany(count: number, location: Location): Finding {
  const hint = 'leave values out, or split the job into several';
  return problem(`the matrix has ${count} combinations, and may have at most ${MOST_LEGS}`, hint, location);
}

function placeIn(node: MapNode, path: readonly (string | number)[]): Location {
  return at(node, path)?.location ?? node.location;
}

/** Entries of `exclude` that leave nothing out. */
export function uselessExcludes(
  { vectors, exclude }: Matrix<TextNode>,
  isSame: (name: string, one: TextNode, other: TextNode) => boolean,
): readonly Finding[] {
  const useless = exclude.filter((part) =>
    [...part].some(([name, value]) => !vectors.get(name)?.some((other) => isSame(name, value, other))),
  );
  return useless.map((part) => {
    const [first] = part.values();
    const message = 'this entry of "exclude" matches no combination of the matrix';
    const hint = 'compare its values with those of the lists';
    return { level: 'warning', code: 'matrix', message, hint, location: first?.location };
  });
}

function problem(message: string, hint: string, location: Location): Finding {
  return { level: 'error', code: 'matrix', message, hint, location };
}
