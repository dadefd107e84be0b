import { endingOf, type KeptRecord, paramsOf } from '../../run/records/kept-run.ts';
import { printDuration } from '../duration.ts';
import { metricText, table } from './list.ts';

/** Runs side by side, one line for each thing; what differs between them has a `*`. */
export function printComparison(runs: readonly KeptRecord[]): readonly string[] {
  const rows = [
    ['run', ...runs.map(({ run }) => run)],
    ...factsOf(runs),
    ...rowsBy('param', runs, paramsOf),
    ...rowsBy('metric', runs, ({ record }) => textsOf(record?.ended?.metrics ?? {})),
  ];
  return table(
    rows.map(([name = '', ...cells]) => [name !== 'run' && differs(cells) ? '*' : ' ', name, ...cells]),
  );
}

const FACTS: readonly (readonly [string, (run: KeptRecord) => string])[] = [
  ['job', ({ record }) => record?.plan.job ?? ''],
  ['status', endingOf],
  ['started', ({ record }) => record?.started.slice(0, 19).replace('T', ' ') ?? ''],
  ['took', ({ record }) => (record?.ended === undefined ? '' : printDuration(record.ended.duration))],
  ['image', ({ record }) => shortDigest(record?.plan.image ?? '')],
  ['base', ({ record }) => shortDigest(record?.base ?? '')],
  ['commit', ({ record }) => record?.commit?.slice(0, 12) ?? ''],
  ['machine', ({ record }) => record?.ended?.machine?.name ?? ''],
  ['gpus', ({ record }) => record?.ended?.machine?.gpus?.join(', ') ?? ''],
];

/** What none of them has is no line. */
function factsOf(runs: readonly KeptRecord[]): readonly (readonly string[])[] {
  return FACTS.map(([name, read]) => [name, ...runs.map(read)]).filter(([, ...cells]) => cells.some(Boolean));
}

function rowsBy(
  kind: string,
  runs: readonly KeptRecord[],
  read: (run: KeptRecord) => Readonly<Record<string, string>>,
): readonly (readonly string[])[] {
  const own = runs.map((run) => new Map(Object.entries(read(run))));
  const names = new Set(own.flatMap((values) => [...values.keys()]));
  return [...names].map((name) => [`${kind} ${name}`, ...own.map((values) => values.get(name) ?? '')]);
}

function textsOf(metrics: Readonly<Record<string, number | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, metricText(value)]));
}

function differs(cells: readonly string[]): boolean {
  return new Set(cells).size > 1;
}

/** Twelve digits tell two digests apart for a person. */
function shortDigest(reference: string): string {
  return reference.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1');
}
