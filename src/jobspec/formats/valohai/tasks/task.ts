import { drawCombinations } from '../../../params/draw.ts';
import { MOST_LEGS } from '../../../params/matrix.ts';
import { at, type MapNode, mapNode, type Node, type TextNode, valueNode } from '../../../yaml/node.ts';
import type { Item } from '../file/items.ts';
import type { TaskFields } from '../file/schema.ts';
import { setOf, variantsOf } from './variants.ts';

/** A task that is a matrix: its step, many times. */
export interface Task {
  readonly name: string;
  /** The name of the job that its step is. */
  readonly step: string;
  /** As a `strategy` of our own. */
  readonly strategy: Node;
  readonly node: MapNode;
  /** Of the parameters that it varies. */
  readonly names: ReadonlySet<string>;
  /** How many runs it is. */
  readonly size: number;
}

/** What keeps a task from being a matrix, in a few words. */
export interface NoTask {
  readonly why: string;
}

type TaskItem = Item & { kind: 'task' };
type Vectors = ReadonlyMap<string, readonly TextNode[]>;
type Sets = readonly ReadonlyMap<string, TextNode>[];

/** https://docs.valohai.com/tasks/task-blueprints */
export function readTask({ fields, node }: TaskItem, step: string): Task | NoTask {
  const type = (fields.type || 'grid_search').toLowerCase().replaceAll('-', '_');
  const read = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (read === undefined) return { why: WHYS[type] ?? `the type "${fields.type}" is not known here` };
  const vectors = vectorsOf(fields, node);
  if ('why' in vectors) return vectors;
  const sets = read(vectors, { fields, node });
  if ('why' in sets) return sets;
  if (sets.length === 0) return { why: 'it names no values' };
  if (sets.length > MOST_LEGS)
    return { why: `it is ${sets.length} runs, and a matrix may have at most ${MOST_LEGS}` };
  return {
    name: fields.name,
    step,
    strategy: strategyNode(sets, { fields, node }),
    node,
    names: new Set(sets.flatMap((set) => [...set.keys()])),
    size: sets.length,
  };
}

const WHYS: Readonly<Record<string, string>> = {
  bayesian_tpe: 'it chooses runs by the results of others',
  distributed: 'its runs find each other by a file of Valohai, which is not written here',
};

interface Written {
  readonly fields: TaskFields;
  readonly node: MapNode;
}

const TYPES: Readonly<Record<string, (vectors: Vectors, written: Written) => Sets | NoTask>> = {
  grid_search: (vectors) => {
    const size = [...vectors.values()].reduce((product, { length }) => product * length, 1);
    if (vectors.size === 0) return [];
    if (size > MOST_LEGS) return { why: `it has ${size} runs, and a matrix may have at most ${MOST_LEGS}` };
    return productOf(vectors);
  },
  manual_search: (vectors, { node }) => {
    const written = at(node, ['parameter-sets']);
    const items = written?.kind === 'list' ? written.items : [];
    const sets = items.flatMap((item) => (item.kind === 'map' && item.entries.size > 0 ? [setOf(item)] : []));
    return sets.length > 0 ? sets : zipped(vectors);
  },
  random_search: (vectors, { fields }) => {
    const count = fields['execution-count'];
    if (count === undefined) return { why: 'it does not say how many runs: "execution-count"' };
    if (vectors.size === 0) return [];
    return count > MOST_LEGS
      ? { why: `it has ${count} runs, and a matrix may have at most ${MOST_LEGS}` }
      : drawCombinations(vectors, count, seedOf(fields));
  },
};

function seedOf({ parameters = [] }: TaskFields): string {
  return String(parameters.find(({ rules }) => rules.seed !== undefined)?.rules.seed ?? 0);
}

function vectorsOf({ parameters = [] }: TaskFields, node: MapNode): Vectors | NoTask {
  const vectors = new Map<string, readonly TextNode[]>();
  for (const [index, variant] of parameters.entries()) {
    const values = variantsOf(variant, at(node, ['parameters', index]) ?? node);
    if ('why' in values) return { why: `of the parameter "${variant.name}", ${values.why}` };
    vectors.set(variant.name, values);
  }
  return vectors;
}

function productOf(vectors: Vectors): Sets {
  return [...vectors].reduce<Sets>(
    (sets, [name, values]) => sets.flatMap((set) => values.map((value) => new Map([...set, [name, value]]))),
    [new Map()],
  );
}

/** The first value of each, then the second of each; the list that is longest decides how many. */
function zipped(vectors: Vectors): Sets {
  const count = Math.max(0, ...[...vectors.values()].map(({ length }) => length));
  return Array.from({ length: count }, (_, index) => {
    const entries = [...vectors].flatMap(([name, values]) => {
      const value = values[index];
      return value === undefined ? [] : [[name, value] as const];
    });
    return new Map(entries);
  });
}

function strategyNode(sets: Sets, { fields, node }: Written): Node {
  const { location } = node;
  const entry = (value: Node) => ({ key: value.location, value });
  const items = sets.map((set) =>
    mapNode(
      [...set].map(([name, value]) => [name, entry(value)]),
      location,
    ),
  );
  const include: Node = { kind: 'list', items, location };
  const most = fields['maximum-queued-executions'];
  const stops = (fields['on-child-error'] ?? '').toLowerCase().replaceAll('_', '-') === 'stop-all-and-error';
  const entries: [string, { key: typeof location; value: Node }][] = [
    ['matrix', entry(mapNode([['include', entry(include)]], location))],
    ['fail-fast', entry(valueNode(stops, location))],
  ];
  if (most !== undefined) entries.push(['max-parallel', entry(valueNode(most, location))]);
  return mapNode(entries, location);
}
