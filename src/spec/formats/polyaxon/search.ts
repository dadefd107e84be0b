import type { Finding, Location } from '../../../errors.ts';
import { at, type MapNode, type Node } from '../../node.ts';
import { numberOf, type PyValue } from '../python/py-value.ts';
import { pythonText } from '../python/python-text.ts';
import { listNode, mapAt, mapOf, textAt, textNode } from './nodes.ts';
import type { Report } from './report.ts';
import { settledScalar } from './settled.ts';

const MOST_VALUES = 256;

/** Searches that decide the next run by the results of those before. */
const ADAPTIVE = ['hyperband', 'bo', 'early_stopping'];

interface Listing {
  /** What the numbers are called in a mapping. */
  readonly names: readonly string[];
  readonly expand: (numbers: readonly number[]) => readonly string[] | undefined;
}

/** https://numpy.org/doc/stable/reference/routines.array-creation.html#numerical-ranges */
const LISTS: Readonly<Record<string, Listing>> = {
  range: {
    names: ['start', 'stop', 'step'],
    expand: ([start = 0, stop = 0, step = 1]) =>
      spaced(Math.ceil((stop - start) / step), (index) => start + index * step),
  },
  linspace: {
    names: ['start', 'stop', 'num'],
    expand: ([start = 0, stop = 0, count = 0]) => spaced(count, between(start, stop, count)),
  },
  logspace: {
    names: ['start', 'stop', 'num', 'base'],
    expand: ([start = 0, stop = 0, count = 0, base = 10]) =>
      spaced(count, (index) => base ** between(start, stop, count)(index)),
  },
  geomspace: {
    names: ['start', 'stop', 'num'],
    expand: ([start = 1, stop = 1, count = 0]) =>
      spaced(count, (index) => start * (stop / start) ** (index / Math.max(1, count - 1))),
  },
};

function between(start: number, stop: number, count: number): (index: number) => number {
  return (index) => start + (index * (stop - start)) / Math.max(1, count - 1);
}

function spaced(count: number, value: (index: number) => number): readonly string[] | undefined {
  if (!Number.isInteger(count) || count < 1 || count > MOST_VALUES) return undefined;
  return Array.from({ length: count }, (_, index) => String(Number(value(index).toPrecision(15))));
}

/** The runs of a group as the matrix of our own `strategy`. */
export function strategyNode(root: MapNode, report: Report): Node | undefined {
  const search = mapAt(root, 'hptuning') ?? mapAt(root, 'settings');
  const matrix = search && mapAt(search, 'matrix');
  if (search === undefined || matrix === undefined) {
    const hint = 'write, for example: hptuning: { matrix: { lr: { values: [0.1, 0.2] } } }';
    report(problem('missing-key', 'a group has no "hptuning.matrix"', hint, root.location));
    return undefined;
  }
  for (const key of ADAPTIVE.filter((name) => search.entries.has(name))) {
    const message = `"hptuning.${key}" decides runs by the results of others`;
    const hint = 'list the values below "matrix", for a search of all combinations';
    report(problem('not-supported', message, hint, search.entries.get(key)?.key ?? search.location));
  }
  const values = Object.fromEntries(
    [...matrix.entries].map(([name, { value }]) => [name, valuesNode(name, value, report)]),
  );
  const most = textAt(search, 'concurrency') ?? textAt(search, 'concurrent_experiments');
  return mapOf({ matrix: mapOf(values, matrix.location), 'max-parallel': most }, search.location);
}

/** Names of the params that a group varies. */
export function searchedNames(root: MapNode): readonly string[] {
  const matrix = at(root, ['hptuning', 'matrix']) ?? at(root, ['settings', 'matrix']);
  return matrix?.kind === 'map' ? [...matrix.entries.keys()] : [];
}

function valuesNode(name: string, node: Node, report: Report): Node | undefined {
  const values = listedValues(node);
  if (values !== undefined) return values;
  const message = `matrix.${name}: the values cannot be listed`;
  const hint = `write "values: […]", or range, linspace, logspace or geomspace of at most ${MOST_VALUES} values`;
  report(problem('not-supported', message, hint, node.location));
  return undefined;
}

function listedValues(node: Node): Node | undefined {
  const [[operator, { value }] = [undefined, { value: node }]] = node.kind === 'map' ? node.entries : [];
  if (operator === undefined || node.kind !== 'map' || node.entries.size > 1) return undefined;
  if (operator === 'values') return value.kind === 'list' ? value : undefined;
  const list = Object.hasOwn(LISTS, operator) ? LISTS[operator] : undefined;
  const texts = list?.expand(numbersOf(value, list.names));
  if (texts === undefined) return undefined;
  return listNode(
    texts.map((text) => textNode(text, node.location)),
    node.location,
  );
}

/** `0:10:2`, a list, or a mapping. */
function numbersOf(node: Node, names: readonly string[]): readonly number[] {
  if (node.kind === 'text') return node.text.split(':').map(Number);
  if (node.kind === 'list') return node.items.map((item) => asNumber(settledScalar(item)));
  if (node.kind !== 'map') return [];
  return names.flatMap((name) => {
    const value = node.entries.get(name)?.value;
    return value === undefined ? [] : [asNumber(settledScalar(value))];
  });
}

function asNumber(value: PyValue): number {
  return Number(numberOf(value) ?? pythonText(value));
}

function problem(code: string, message: string, hint: string, location: Location): Finding {
  return { level: 'error', code, message, hint, location };
}
