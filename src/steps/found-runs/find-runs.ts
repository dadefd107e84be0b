import { messageOf, UserError } from '../../errors.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import type { KeptPlan } from '../../run/kept-plan.ts';
import { stopCommandThere } from '../../run/plan/stop-command.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { Backend, ListedRun, RunStatus } from '../../tools/backend.ts';
import type { FoundRun } from '../../tools/found-run.ts';
import type { KnownRun } from '../../tools/runs.ts';
import type { Tools } from '../../tools/tools.ts';

/** Every run of these places, and every run that this machine does not know to be over, the oldest first. */
export async function findRuns(
  choices: readonly BackendChoice[],
  tools: Tools,
): Promise<readonly FoundRun[]> {
  const known = new Map((await tools.runs.list()).map((one) => [one.record.run, one]));
  const backends = await Promise.all(choices.map((choice) => tools.backend(choice, new Map())));
  const listed = (await Promise.all(backends.map((backend) => backend.list()))).flat();
  const there = listed.map((one) => foundThere(one, known.get(one.handle.run)));
  const ids = new Set(listed.map(({ handle }) => handle.run));
  const others = [...known.values()].filter(({ record }) => !ids.has(record.run));
  const here = await Promise.all(others.map((one) => foundHere(one, tools)));
  return [...there, ...here].sort((one, other) => (one.started ?? '').localeCompare(other.started ?? ''));
}

function foundThere({ handle, job, plan, state, started, overdue }: ListedRun, known?: KnownRun): FoundRun {
  return { handle, job, plan: known?.record.plan ?? plan, state, started, overdue, known };
}

async function foundHere(known: KnownRun, { host, runs }: Tools): Promise<FoundRun> {
  const { handle, plan, started } = known.record;
  const found = { handle, job: plan.job, plan, started, known };
  try {
    const { state, overdue } = (await runs.open(known.record)).status;
    return { ...found, state, overdue };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    host.info(`how the run ${handle.run} stands is not known: ${messageOf(error)}`);
    return { ...found, state: 'unknown', overdue: false };
  }
}

/** The run of an id, or of the beginning of one. What this machine knows by its whole id is asked nowhere else. */
export async function findRun(
  id: string,
  choices: () => Promise<readonly BackendChoice[]>,
  tools: Tools,
): Promise<FoundRun> {
  const known = (await tools.runs.list()).find(({ record }) => record.run === id);
  if (known !== undefined) return await foundHere(known, tools);
  const runs = await findRuns(await choices(), tools);
  const exact = runs.filter(({ handle }) => handle.run === id);
  const [found, ...others] =
    exact.length > 0 ? exact : runs.filter(({ handle }) => handle.run.startsWith(id));
  if (found === undefined) throw noRun(id, runs);
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ handle }) => handle.run).join(', ');
  throw new UserError(`"${id}" is the beginning of several runs: ${ids}`, {
    kind: 'usage',
    code: 'no-run',
    hint: 'write more of the id',
  });
}

function noRun(id: string, runs: readonly FoundRun[]): UserError {
  const ids = runs.map(({ handle }) => handle.run).join(', ');
  const others = ids === '' ? 'there are no runs' : `these are there: ${ids}`;
  return new UserError(`there is no run "${id}", or it is over and was fetched`, {
    kind: 'usage',
    code: 'no-run',
    hint: `${others}; where else to look is named with the input "backend" (--backend)`,
  });
}

export interface OpenedRun {
  readonly handle: Handle;
  readonly plan: KeptPlan;
  readonly backend: Backend;
  readonly status: RunStatus;
}

/** What leads to a run, with what it was given for its secrets hidden from now on. */
export async function openRun({ handle, plan }: FoundRun, tools: Tools): Promise<OpenedRun> {
  if (plan === undefined) {
    throw new UserError(`the run "${handle.run}" does not tell its plan: another release has started it`, {
      code: 'no-plan',
      hint: `use that release; what stops it, without its outputs: ${stopCommandThere(handle)}`,
    });
  }
  return { handle, plan, ...(await tools.runs.open({ handle, plan })) };
}
