import type { Findings } from '../../findings.ts';
import { asWritten, type Field, type Fields, Written } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf, shown } from '../python/value.ts';
import { paramField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';

export interface ConvertedMatrix {
  readonly strategy: Fields | undefined;
  /** Those that templates may name. */
  readonly names: readonly string[];
}

/** https://polyaxon.com/docs/automation/optimization-engine/ */
export function matrixOf(matrix: PyValue | undefined, findings: Findings): ConvertedMatrix {
  if (matrix === undefined) return { strategy: undefined, names: [] };
  const kind = scalarOf(memberAt(matrix, ['kind'])) ?? 'grid';
  reportKeys(matrix, kind, findings);
  const combinations = kind === 'mapping' ? mappingOf(matrix) : vectorsOf(matrix, findings);
  const varied = [...membersOf(memberAt(matrix, ['params'])).keys()];
  const names = [...new Set([...varied, ...combinations.names])];
  const isWhole = names.length > 0 && varied.every((name) => combinations.names.includes(name));
  const count = countOf(combinations);
  if (count > MOST_VALUES)
    report(
      `matrix: ${count} combinations are more than ${MOST_VALUES}; leave values out`,
      matrix.at,
      findings,
    );
  if (!isWhole || count > MOST_VALUES) return { strategy: undefined, names };
  const parallel = scalarOf(memberAt(matrix, ['concurrency']));
  const limit = parallel === undefined ? undefined : asWritten(parallel);
  return { strategy: { matrix: combinations.matrix, 'max-parallel': limit, 'fail-fast': false }, names };
}

function reportKeys(matrix: PyValue, kind: string, findings: Findings): void {
  for (const [key, value] of membersOf(matrix)) {
    if (!['kind', 'concurrency', 'params', 'values'].includes(key))
      report(`matrix.${key}: a job runs every combination`, value.at, findings);
  }
  if (kind !== 'grid' && kind !== 'mapping')
    report(
      `matrix.kind "${kind}": a job runs every combination; write the values to try`,
      matrix.at,
      findings,
    );
}

function countOf({ matrix }: Combinations): number {
  const lists = Object.values(matrix).map((list) => (Array.isArray(list) ? list.length : 1));
  return lists.reduce((product, length) => product * length, 1);
}

interface Combinations {
  readonly matrix: Fields;
  readonly names: readonly string[];
}

function mappingOf(matrix: PyValue): Combinations {
  const values = memberAt(matrix, ['values']);
  const include = (values?.kind === 'list' ? values.items : []).map((item) =>
    Object.fromEntries([...membersOf(item)].map(([name, value]) => [name, paramField(value)])),
  );
  return { matrix: { include }, names: [...new Set(include.flatMap((one) => Object.keys(one)))] };
}

function vectorsOf(matrix: PyValue, findings: Findings): Combinations {
  const vectors: Record<string, Field> = {};
  for (const [name, space] of membersOf(memberAt(matrix, ['params']))) {
    const values = valuesOf(space);
    if (values === undefined || values.length === 0)
      report(
        `matrix.params.${name}: "${shown(memberAt(space, ['kind']) ?? space)}" is no list of values; write those to try`,
        space.at,
        findings,
      );
    else vectors[name] = values;
  }
  return { matrix: vectors, names: Object.keys(vectors) };
}

const MOST_VALUES = 256;

function valuesOf(space: PyValue): readonly Field[] | undefined {
  const kind = scalarOf(memberAt(space, ['kind']));
  const value = memberAt(space, ['value']);
  if (kind === 'choice')
    return value?.kind === 'list' ? value.items.flatMap((item) => paramField(item) ?? []) : undefined;
  const numbers = numbersOf(value);
  if (kind === undefined || numbers === undefined || !Object.hasOwn(SPACES, kind)) return undefined;
  const values = SPACES[kind]?.(numbers) ?? [];
  return values.length > MOST_VALUES
    ? undefined
    : values.map((one) => new Written(String(Number(one.toPrecision(15)))));
}

type Three = readonly [start: number, stop: number, third: number];

/** `{start, stop, step}`, `[start, stop, step]` or `start:stop:step`; the third may be a number of values. */
function numbersOf(value: PyValue | undefined): Three | undefined {
  const [start, stop, third, ...more] = partsOf(value).map((part) =>
    Number(part === undefined || part === '' ? Number.NaN : part),
  );
  if (start === undefined || stop === undefined || third === undefined || more.length > 0) return undefined;
  return [start, stop, third].every(Number.isFinite) && third > 0 ? [start, stop, third] : undefined;
}

function partsOf(value: PyValue | undefined): readonly (string | undefined)[] {
  if (value?.kind === 'list') return value.items.map(scalarOf);
  if (value?.kind !== 'dict') return scalarOf(value)?.split(':') ?? [];
  const third = memberAt(value, ['num']) === undefined ? 'step' : 'num';
  return ['start', 'stop', third].map((key) => scalarOf(memberAt(value, [key])));
}

const SPACES: Readonly<Record<string, (numbers: Three) => readonly number[]>> = {
  range: ([start, stop, step]) => counted(Math.ceil((stop - start) / step), (index) => start + index * step),
  linspace: ([start, stop, num]) => counted(num, (index) => between(start, stop, index, num)),
  logspace: ([start, stop, num]) => counted(num, (index) => 10 ** between(start, stop, index, num)),
  geomspace: ([start, stop, num]) =>
    counted(num, (index) => start * (stop / start) ** (num < 2 ? 0 : index / (num - 1))),
};

function between(start: number, stop: number, index: number, num: number): number {
  return num < 2 ? start : start + ((stop - start) * index) / (num - 1);
}

function counted(count: number, valueAt: (index: number) => number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.min(Math.trunc(count), MOST_VALUES + 1)) }, (_, index) =>
    valueAt(index),
  );
}
