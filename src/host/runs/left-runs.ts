import type { Owner } from '../../run/owner-process.ts';
import { HandleSchema, OwnerSchema } from '../../run/record.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { KnownRun } from '../../tools/runs.ts';
import type { Core } from '../github.ts';
import { LIVE_RUNS, MAIN_PROCESS } from '../post-state.ts';

/**
 * The runs that the main step left behind: from the runner's state and from what the machine keeps, each once. A folder
 * of runs may be shared by machines, and the legs of a workflow's matrix have the same run, attempt, job and step: only
 * the process that follows a run tells whose it is.
 */
export function leftRuns(core: Pick<Core, 'getState'>, known: readonly KnownRun[]): readonly Handle[] {
  const main = parseOwner(core.getState(MAIN_PROCESS));
  const ofMain = known.filter((one) => one.owner !== 'alive' && isOf(one, main));
  const others = known.filter((one) => isTaken(one, main) || one.record.detached === true);
  const notOurs = new Set(others.map(({ record }) => record.run));
  const all = [...parseHandles(core.getState(LIVE_RUNS)), ...ofMain.map(({ record }) => record.handle)];
  const handles = all.filter(({ run }) => !notOurs.has(run));
  return [...new Map(handles.map((handle) => [handle.run, handle])).values()];
}

/** Whether a process that lives, or may live, follows it and is not the main step's. */
function isTaken(known: KnownRun, main: Owner | undefined): boolean {
  return known.owner !== 'dead' && main !== undefined && !isOf(known, main);
}

function isOf({ record }: KnownRun, main: Owner | undefined): boolean {
  return main !== undefined && OWNER_PARTS.every((part) => record.owner[part] === main[part]);
}

const OWNER_PARTS = ['pid', 'host', 'boot', 'namespace', 'started'] as const;

function parseOwner(text: string): Owner | undefined {
  return text === '' ? undefined : OwnerSchema.parse(JSON.parse(text));
}

function parseHandles(text: string): readonly Handle[] {
  if (text === '') return [];
  const values: unknown = JSON.parse(text);
  return Array.isArray(values) ? values.flatMap((value) => HandleSchema.safeParse(value).data ?? []) : [];
}
