import { UserError } from '../../errors.ts';
import { attachCommand } from '../../run/detach/attach-command.ts';
import { isClaimable } from '../../run/owner-process.ts';
import { isLive, type RunState } from '../../run/state.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Backend } from '../../tools/backend.ts';
import type { KnownRun } from '../../tools/runs.ts';
import type { Tools } from '../../tools/tools.ts';
import { completeLeftRun, endedText } from './left-runs.ts';

/** The runs that this machine does not know to be over, one a line. */
export async function listRuns({ runs }: Tools): Promise<readonly string[]> {
  const known = await runs.list();
  if (known.length === 0) return ['no run of this machine is going on'];
  return known.map(({ record, owner }) => {
    const { plan, started, run } = record;
    return `${run}  job ${plan.job}, started at ${started}, ${FOLLOWED[owner]}`;
  });
}

const FOLLOWED = {
  alive: 'followed by a process that is still there',
  dead: 'followed by nobody',
  unknown: 'followed by a process that cannot be seen from here',
} as const;

/** Stops a run, whoever started it. Who follows it collects its outputs; when nobody does, they are now. */
export async function stopRun(id: string, tools: Tools, command = 'jobimg stop'): Promise<void> {
  const { host, runs } = tools;
  const known = await find(id, tools);
  const { record, owner } = known;
  const { backend, status } = await runs.open(record);
  const live = isLive(status);
  if (live) {
    host.info(`stopping the run ${id}: it has ${record.plan['stop-grace']} s`);
    await backend.stop(record.handle, record.plan['stop-grace'], command);
  }
  if (!isClaimable(owner, record)) return host.info(followedText(known, status.state, tools));
  if (!(await runs.claim(id))) return;
  if (live || status.state === 'ended')
    return host.info(endedText(await collect(known, backend, live, tools)));
  await backend.clean(record.handle);
  await runs.forget(record.handle);
  host.info(`nothing is left of the run ${id}`);
}

/** What is not started is nowhere but in the process that is to start it. */
function followedText({ record, owner }: KnownRun, state: RunState, { caller }: Tools): string {
  const { handle, owner: follower, run } = record;
  const { pid } = follower;
  if (owner === 'unknown') {
    const there = `the process ${pid} on ${follower.host}, which cannot be seen from here, may follow the run ${run}`;
    return `${there}, and collect its outputs; when it is gone: ${attachCommand(handle, caller.defaultsOption)}`;
  }
  return state === 'absent' || state === 'created'
    ? `the run ${run} is not started yet; so that it never is, stop the process ${pid}, which follows it: kill -INT ${pid}`
    : `the process ${pid}, which follows the run ${run}, collects its outputs`;
}

async function find(id: string, { runs }: Tools): Promise<KnownRun> {
  const known = await runs.list();
  const found = known.find(({ record }) => record.run === id);
  if (found !== undefined) return found;
  const others = known.map(({ record }) => record.run).join(', ');
  throw new UserError(`no run "${id}" is known to this machine, or it is over`, {
    kind: 'usage',
    code: 'no-run',
    hint: others === '' ? 'no run is known' : `these are: ${others}`,
  });
}

async function collect(
  { record }: KnownRun,
  backend: Backend,
  stopped: boolean,
  tools: Tools,
): Promise<RunResult> {
  return await completeLeftRun(record, backend, tools, stopped ? asStopped : undefined);
}

/** One that ended well all the same is no cancelled one. */
export function asStopped(verdict: Verdict): Verdict {
  return verdict.exitCode === 0 ? verdict : { ...verdict, reason: 'cancelled' };
}
