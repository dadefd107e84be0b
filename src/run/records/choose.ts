import { UserError } from '../../errors.ts';
import { hasStatus, type KeptRecord, paramsOf } from './kept-run.ts';

/** Which runs are asked for; what is undefined chooses nothing. */
export interface RunFilter {
  readonly job?: string | undefined;
  /** A status or a reason. */
  readonly status?: string | undefined;
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Each has to have this value. */
  readonly params: ReadonlyMap<string, string>;
}

/** The runs that the filter leaves, the last that was started first. */
export function filterRuns(runs: readonly KeptRecord[], filter: RunFilter): readonly KeptRecord[] {
  return runs.filter((run) => passes(run, filter)).toSorted(byStart);
}

function passes(run: KeptRecord, { job, status, since, params }: RunFilter): boolean {
  const { record } = run;
  if (job !== undefined && record?.plan.job !== job) return false;
  if (status !== undefined && !hasStatus(run, status)) return false;
  if (since !== undefined && Date.parse(record?.started ?? '') >= since !== true) return false;
  const own = new Map(Object.entries(paramsOf(run)));
  return [...params].every(([name, value]) => own.get(name) === value);
}

function byStart(one: KeptRecord, other: KeptRecord): number {
  const [a, b] = [one.record?.started ?? '', other.record?.started ?? ''];
  if (a === b) return one.run < other.run ? -1 : 1;
  return a > b ? -1 : 1;
}

/** The runs that words name: an id, the beginning of one, the name of a folder, or `latest`. */
export function namedRuns(runs: readonly KeptRecord[], words: readonly string[]): readonly KeptRecord[] {
  return words.map((word) => namedRun(runs, word));
}

function namedRun(runs: readonly KeptRecord[], word: string): KeptRecord {
  const [last] = runs.toSorted(byStart);
  if (word === 'latest' && last !== undefined) return last;
  const exact = runs.find(({ run, folder }) => run === word || folder?.endsWith(`/${word}`) === true);
  const begun = exact === undefined ? runs.filter(({ run }) => run.startsWith(word)) : [exact];
  const [found, ...others] = begun;
  if (found !== undefined && others.length === 0) return found;
  const names = begun.slice(0, 5).map(({ run }) => run);
  throw new UserError(
    found === undefined
      ? `there is no record of a run "${word}" here`
      : `${begun.length} runs begin with "${word}": ${names.join(', ')}${begun.length > names.length ? ', …' : ''}`,
    {
      kind: 'usage',
      code: 'run',
      hint: 'jobimg runs lists those of this machine, jobimg ps those of the backend',
    },
  );
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `90m`, `12h`, `7d`, `2w`; undefined for anything else. */
export function parseAge(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

/** The time that `7d` or `2026-12-01` names, in milliseconds since 1970. */
export function parseSince(text: string, now: number): number {
  const age = parseAge(text);
  if (age !== undefined) return now - age;
  const time = /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new UserError(`--since is "${text}", which is no age and no date`, {
    kind: 'usage',
    hint: 'write 12h, 7d or 2026-12-01',
  });
}
