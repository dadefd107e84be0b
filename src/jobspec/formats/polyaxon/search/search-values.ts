import type { Node } from '../../../yaml/node.ts';
import { float, int, numberOf, type PyValue } from '../../python/py-value.ts';
import { pythonLiteral } from '../../python/python-literal.ts';
import { settledScalar, settledValue } from '../params/settled.ts';

/** More cannot be meant: of so many only some are ever drawn. */
const MOST_VALUES = 65_536;

interface NumberList {
  /** What the numbers are called in a mapping. */
  readonly names: readonly string[];
  /** A further one that may be left out. */
  readonly optional?: readonly string[];
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
    names: ['start', 'stop', 'num'],
    optional: ['base'],
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
  const only = onlyEntry(node);
  if (only === undefined) return undefined;
  const { operator, value } = only;
  if (operator === 'values') return valuesOf(value);
  const list = listCalled(operator);
  const numbers = list && numbersOf(value, list);
  return numbers && list?.expand(numbers);
}

/** Polyaxon takes no null. */
function valuesOf(node: Node): readonly PyValue[] | undefined {
  if (node.kind !== 'list' || node.items.length === 0) return undefined;
  const values = node.items.map(settledValue);
  return values.some(({ kind }) => kind === 'none') ? undefined : values;
}

/** What to write in the place of values that cannot be listed. */
export function valuesHint(node: Node): string {
  const only = onlyEntry(node);
  const list = only && listCalled(only.operator);
  if (only === undefined || list === undefined)
    return 'write "values: […]", or range, linspace, logspace or geomspace';
  const [start, stop, third] = list.names;
  const takes = `"${only.operator}" takes ${start}, ${stop} and ${third}, the ${start} below the ${stop}`;
  const items = only.value.kind === 'list' ? only.value.items : [];
  const texts = items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  return texts.length === 0 ? takes : `did you mean "values: [${texts.join(', ')}]"? ${takes}`;
}

function onlyEntry(node: Node): { readonly operator: string; readonly value: Node } | undefined {
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [[operator, { value }] = ['', { value: node }]] = node.entries;
  return { operator, value };
}

function listCalled(operator: string): NumberList | undefined {
  return Object.hasOwn(LISTS, operator) ? LISTS[operator] : undefined;
}

/** `0:10:2`, a list, or a mapping, as many as there are names; Polyaxon takes no falling ones, and no third that is 0. */
function numbersOf(node: Node, { names, optional = [] }: NumberList): readonly number[] | undefined {
  const numbers = writtenNumbers(node, [...names, ...optional]);
  const isWhole = [names.length, names.length + optional.length].includes(numbers.length);
  const [start = 0, stop = 0, third = 0] = numbers;
  return isWhole && numbers.every(Number.isFinite) && start < stop && third !== 0 ? numbers : undefined;
}

function writtenNumbers(node: Node, names: readonly string[]): readonly number[] {
  if (node.kind === 'text') return node.text.split(':').map(literalNumber);
  if (node.kind === 'list') return node.items.map((item) => asNumber(settledScalar(item)));
  if (node.kind !== 'map' || [...node.entries.keys()].some((name) => !names.includes(name))) return [];
  // Without one of the first names there is a gap, and all after it would be taken for another.
  return names.slice(0, node.entries.size).map((name) => {
    const value = node.entries.get(name)?.value;
    return value === undefined ? Number.NaN : asNumber(settledScalar(value));
  });
}

function literalNumber(text: string): number {
  const value = pythonLiteral(text.trim());
  return value === undefined ? Number.NaN : asNumber(value);
}

function asNumber(value: PyValue): number {
  return Number(numberOf(value) ?? Number.NaN);
}
