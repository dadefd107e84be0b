import type { Node } from '../../../yaml/node.ts';
import { float, int, numberOf, type PyValue } from '../../python/py-value.ts';
import { pythonText } from '../../python/python-text.ts';

import { settledScalar, settledValue } from '../params/settled.ts';

/** More cannot be meant: of so many only some are ever drawn. */
const MOST_VALUES = 65_536;

interface NumberList {
  /** What the numbers are called in a mapping. */
  readonly names: readonly string[];
  readonly expand: (numbers: readonly number[]) => readonly PyValue[] | undefined;
}

/** https://numpy.org/doc/stable/reference/routines.array-creation.html#numerical-ranges */
const LISTS: Readonly<Record<string, NumberList>> = {
  range: {
    names: ['start', 'stop', 'step'],
    expand([start = 0, stop = 0, step = 1]) {
      const isWhole = [start, stop, step].every(Number.isSafeInteger);
      const texts = spaced(Math.ceil((stop - start) / step), (index) => start + index * step);
      return isWhole ? texts?.map((value) => int(BigInt(value))) : texts?.map(float);
    },
  },
  linspace: {
    names: ['start', 'stop', 'num'],
    expand: ([start = 0, stop = 0, count = 0]) => spaced(count, between(start, stop, count))?.map(float),
  },
  logspace: {
    names: ['start', 'stop', 'num', 'base'],
    expand: ([start = 0, stop = 0, count = 0, base = 10]) =>
      spaced(count, (index) => base ** between(start, stop, count)(index))?.map(float),
  },
  geomspace: {
    names: ['start', 'stop', 'num'],
    expand: ([start = 1, stop = 1, count = 0]) =>
      spaced(count, (index) => start * (stop / start) ** (index / Math.max(1, count - 1)))?.map(float),
  },
};

function between(start: number, stop: number, count: number): (index: number) => number {
  return (index) => start + (index * (stop - start)) / Math.max(1, count - 1);
}

/** Rounded to 15 digits: a value is 0.3, and not 0.30000000000000004. */
function spaced(count: number, value: (index: number) => number): readonly number[] | undefined {
  if (!Number.isInteger(count) || count < 1 || count > MOST_VALUES) return undefined;
  const values = Array.from({ length: count }, (_, index) => Number(value(index).toPrecision(15)));
  return values.every(Number.isFinite) ? values : undefined;
}

/** The values of one param of a search, as Python has them; undefined when they cannot be listed. */
export function listedValues(node: Node): readonly PyValue[] | undefined {
  const [[operator, { value }] = [undefined, { value: node }]] = node.kind === 'map' ? node.entries : [];
  if (operator === undefined || node.kind !== 'map' || node.entries.size > 1) return undefined;
  if (operator === 'values') {
    return value.kind === 'list' && value.items.length > 0 ? value.items.map(settledValue) : undefined;
  }
  const list = Object.hasOwn(LISTS, operator) ? LISTS[operator] : undefined;
  return list?.expand(numbersOf(value, list.names));
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
