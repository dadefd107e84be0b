import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import { listNode, mapAt, mapOf, textAt } from '../../../format/nodes.ts';
import { drawCombinations } from '../../../params/draw.ts';
import { expandMatrix, MOST_LEGS, sizeOf } from '../../../params/matrix.ts';
import { suggestion } from '../../../values/suggest.ts';
import {
  at,
  type MapNode,
  mapNode,
  type Node,
  type TextNode,
  textNode,
  valueNode,
} from '../../../yaml/node.ts';
import { isEqual, type PyValue } from '../../python/py-value.ts';
import { pythonText } from '../../python/python-text.ts';
import { listedValues, valuesHint } from './search-values.ts';

/** The runs of a group. */
export interface Search {
  /** As a `strategy` of our own. */
  readonly strategy: Node;
  readonly values: Vectors;
}

type Vectors = ReadonlyMap<string, readonly PyValue[]>;

/** Searches that decide the next run by the results of those before. */
const ADAPTIVE = ['hyperband', 'bo', 'early_stopping'];
const KEYS = [
  'matrix',
  'seed',
  'concurrency',
  'concurrent_experiments',
  'grid_search',
  'random_search',
  'logging',
  ...ADAPTIVE,
];

/** When the file has no seed. */
const SEED = '0';

/** https://github.com/polyaxon/polyaxon, `hptuning` of version 1, `settings` before 0.1.1 */
export function readSearch(
  root: MapNode,
  fixed: ReadonlyMap<string, PyValue>,
  findings: Findings,
): Search | undefined {
  const search = mapAt(root, 'hptuning') ?? mapAt(root, 'settings');
  const matrix = search && mapAt(search, 'matrix');
  if (search === undefined || matrix === undefined || matrix.entries.size === 0) {
    const hint = 'write, for example: hptuning: { matrix: { lr: { values: [0.1, 0.2] } } }';
    findings.error('missing-key', 'a group has no "hptuning.matrix"', { hint, at: root.location });
    return undefined;
  }
  checkKeys(search, findings);
  const values = narrowed(readVectors(matrix, findings), fixed);
  const chosen = chosenNode({ search, matrix, values }, findings);
  const most = textAt(search, 'concurrency') ?? textAt(search, 'concurrent_experiments');
  const strategy = {
    matrix: chosen,
    'max-parallel': most ?? valueNode(1, search.location),
    'fail-fast': valueNode(false, search.location),
  };
  return chosen && { strategy: mapOf(strategy, search.location), values };
}

/** Names of the params that a group varies. */
export function searchedNames(root: MapNode): readonly string[] {
  const matrix = at(root, ['hptuning', 'matrix']) ?? at(root, ['settings', 'matrix']);
  return matrix?.kind === 'map' ? [...matrix.entries.keys()] : [];
}

function checkKeys(search: MapNode, findings: Findings): void {
  for (const [key, { key: location }] of search.entries) {
    const near = suggestion(key, KEYS);
    if (!KEYS.includes(key))
      findings.error('unknown-key', `unknown key "${key}" in "hptuning"`, { hint: near, at: location });
    if (!ADAPTIVE.includes(key)) continue;
    const message = `"hptuning.${key}" chooses runs by the results of others`;
    const hint =
      'write "random_search: { n_experiments: 10 }", or no search for all combinations of the matrix';
    findings.error('not-supported', message, { hint, at: location });
  }
}

function readVectors(matrix: MapNode, findings: Findings): Vectors {
  const vectors = new Map<string, readonly PyValue[]>();
  for (const [name, { value }] of matrix.entries) {
    const values = listedValues(value);
    if (values !== undefined) vectors.set(name, values);
    else {
      const message = `matrix.${name}: the values cannot be listed`;
      findings.error('not-supported', message, { hint: valuesHint(value), at: value.location });
    }
  }
  return vectors;
}

/** What the caller gives is counted as the one value that it is. */
function narrowed(vectors: Vectors, fixed: ReadonlyMap<string, PyValue>): Vectors {
  return new Map(
    [...vectors].map(([name, values]) => {
      const given = fixed.get(name);
      return [name, given === undefined ? values : [values.find((one) => isEqual(one, given)) ?? given]];
    }),
  );
}

interface ChosenNodeOptions {
  readonly search: MapNode;
  readonly matrix: MapNode;
  readonly values: Vectors;
}

/** All combinations, the first of them, or some that are drawn; undefined when that is reported to be wrong. */
function chosenNode({ search, matrix, values }: ChosenNodeOptions, findings: Findings): Node | undefined {
  if (values.size < matrix.entries.size) return undefined;
  const [grid, random] = [mapAt(search, 'grid_search'), mapAt(search, 'random_search')];
  if (grid !== undefined && random !== undefined) {
    const message = '"grid_search" and "random_search" cannot be used together';
    findings.error('invalid-value', message, { hint: 'remove one of them', at: random.location });
    return undefined;
  }
  const count = readCount(grid ?? random, random !== undefined, findings);
  if (random !== undefined && count !== undefined) {
    const seed = textAt(search, 'seed')?.text ?? SEED;
    return includeNode(drawCombinations(values, count, seed), matrix);
  }
  if (count === undefined || count >= sizeOf({ vectors: values, include: [], exclude: [] })) {
    const lists = [...values].map(([name, all]) => [name, valueList(all, placeIn(matrix, name))] as const);
    return mapOf(Object.fromEntries(lists), matrix.location);
  }
  return includeNode(firstOf(values, count), matrix);
}

function readCount(node: MapNode | undefined, isNeeded: boolean, findings: Findings): number | undefined {
  const written = node && textAt(node, 'n_experiments');
  if (node === undefined || (written === undefined && !isNeeded)) return undefined;
  const count = Number(written?.text ?? Number.NaN);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_LEGS) return count;
  const message = `n_experiments: "${written?.text ?? ''}" is not a number of runs`;
  const place = (written ?? node).location;
  findings.error('invalid-value', message, { hint: `write 1 to ${MOST_LEGS}`, at: place });
  return undefined;
}

/** Of a grid that may be larger than anybody could run; the last name varies fastest. */
function firstOf(values: Vectors, count: number): readonly ReadonlyMap<string, PyValue>[] {
  let room = count;
  const needed = [...values].reverse().map(([name, all]) => {
    const kept = all.slice(0, room);
    room = Math.ceil(room / all.length);
    return [name, kept] as const;
  });
  const vectors = new Map(needed.reverse());
  return expandMatrix({ vectors, include: [], exclude: [] }, Object.is).slice(0, count);
}

function includeNode(combinations: readonly ReadonlyMap<string, PyValue>[], matrix: MapNode): Node {
  const items = combinations.map((one) =>
    mapNode(
      [...one].map(([name, value]) => {
        const location = placeIn(matrix, name);
        return [name, { key: location, value: printedNode(value, location) }] as const;
      }),
      matrix.location,
    ),
  );
  return mapOf({ include: listNode(items, matrix.location) }, matrix.location);
}

function valueList(values: readonly PyValue[], location: Location): Node {
  return listNode(
    values.map((value) => printedNode(value, location)),
    location,
  );
}

/** As Python prints it. */
function printedNode(value: PyValue, location: Location): TextNode {
  const { kind } = value;
  const type = kind === 'int' || kind === 'float' || kind === 'bool' ? kind : 'string';
  return { ...textNode(pythonText(value), location), type };
}

function placeIn(matrix: MapNode, name: string): Location {
  return matrix.entries.get(name)?.value.location ?? matrix.location;
}
