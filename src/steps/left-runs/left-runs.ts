import { BACKENDS } from '../../backends/types/table.ts';
import { messageOf } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { recordedBackend } from '../../jobspec/job/backend-names.ts';
import { attachCommand } from '../../run/detach/attach-command.ts';
import { planOf } from '../../run/kept-plan.ts';
import { outcomeText } from '../../run/outcome.ts';
import { stopCommand, stopCommandThere } from '../../run/plan/stop-command.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Ended } from '../../run/records/ended.ts';
import { isUnpushed } from '../../run/records/kept-result.ts';
import { isLive } from '../../run/state.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Backend, RunStatus } from '../../tools/backend.ts';
import type { KnownRun } from '../../tools/runs.ts';
import type { Tools } from '../../tools/tools.ts';
import { releaseCheckpoint } from '../runs/attempts/run-attempts.ts';
import { notRun } from '../runs/failed-run.ts';
import { completeRun } from '../runs/result/complete-run.ts';
import type { Attach } from '../runs/run-all.ts';

/** A run that is still there, and whose process is gone. */
export interface LeftRun {
  readonly record: RunRecord;
  readonly backend: Backend;
  readonly status: RunStatus;
}

/** What is still there of runs that are not known to be over; what nobody needs any more is removed. */
export async function lookAtLeftRuns(known: readonly KnownRun[], tools: Tools): Promise<readonly LeftRun[]> {
  const left: LeftRun[] = [];
  for (const one of known) {
    await guarded(one.record, tools, async () => {
      const run = await lookAt(one, tools);
      if (run !== undefined) left.push(run);
    });
  }
  return left;
}

/** What cannot be tidied up must not stop what was asked for. */
async function guarded(record: RunRecord, { host }: Tools, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    host.info(`the run ${record.run}, started at ${record.started}, may still be there: ${messageOf(error)}`);
  }
}

async function lookAt({ record, owner, ended }: KnownRun, tools: Tools): Promise<LeftRun | undefined> {
  const { backend, status } = await tools.runs.open(record);
  const left = { record, backend, status };
  if (
    record.detached !== true &&
    owner === 'unknown' &&
    !(status.state === 'absent' && isPast(record, tools))
  ) {
    logLeft(left, 'was started by a process that cannot be seen from here', tools);
    return undefined;
  }
  if (ended !== undefined) {
    return await remove(left, 'had ended, and its result is kept', tools, () =>
      pushLeft(record, ended, tools),
    );
  }
  if (status.state === 'absent') return await giveUp(left, tools);
  if (status.state === 'created') return await remove(left, 'was never started', tools);
  if (record.detached === true) logDetached(left, tools);
  else logLeft(left, 'was left by a process that was killed', tools);
  return left;
}

/** Whether nothing of it can be running any more, by the clock of this machine; in a queue it may not have begun. */
function isPast({ started, plan, handle }: RunRecord, { caller }: Tools): boolean {
  if (BACKENDS[recordedBackend(handle.backend)].capabilities.queue) return false;
  const longest = (plan['queue-timeout'] ?? 0) + plan.timeout + plan['stop-grace'] + PATIENCE;
  return caller.time() > Date.parse(started) / 1000 + longest;
}

/** Seconds: images may take long to come. */
const PATIENCE = 24 * 3_600;

function logLeft({ record, status }: LeftRun, why: string, tools: Tools): void {
  const { handle, plan, started } = record;
  const isOnGithub = tools.caller.run.github !== undefined;
  const stop = isOnGithub ? stopCommandThere(handle) : stopCommand(handle, tools.caller.defaultsOption);
  const now = isLive(status) ? `is still ${status.state}; stop it with: ${stop}` : 'has ended';
  tools.host.info(`the run ${record.run} of the job ${plan.job}, started at ${started}, ${why}; it ${now}`);
}

function logDetached({ record, status: { state, verdict } }: LeftRun, { caller, host }: Tools): void {
  const { handle, plan, started, run } = record;
  const how =
    verdict === undefined
      ? `is ${state}; see it with: ${attachCommand(handle, caller.defaultsOption)}`
      : outcomeText(verdict);
  host.info(`the detached run ${run} of the job ${plan.job}, started at ${started}: ${how}`);
}

async function pushLeft(record: RunRecord, ended: Ended, tools: Tools): Promise<void> {
  if (!isUnpushed(record, ended)) return;
  const { pushLeftOutputs } = await import('./push-left-outputs.ts');
  await pushLeftOutputs(record, ended, { ...tools, files: await tools.files({ id: record.run }) });
}

async function remove(
  { record, backend }: LeftRun,
  why: string,
  tools: Tools,
  first: () => Promise<void> = async () => undefined,
): Promise<undefined> {
  if (!(await tools.runs.claim(record.run, 'unseen'))) return;
  await first();
  await backend.clean(record.handle);
  await tools.runs.forget(record.handle);
  tools.host.info(
    `the run ${record.run} of the job ${record.plan.job} ${why}: what was left of it is removed`,
  );
}

async function giveUp({ record }: LeftRun, tools: Tools): Promise<undefined> {
  if (!(await tools.runs.claim(record.run, 'unseen'))) return;
  const detail =
    record.detached === true
      ? 'it was removed where it ran before anybody fetched its result'
      : 'the process that followed it was killed, and nothing of it is left';
  await tools.runs.keep(notRun(planOf(record), { reason: 'interrupted', detail }), record.handle);
  await tools.runs.forget(record.handle);
  tools.host.info(`the run ${record.run} of the job ${record.plan.job} is over: ${detail}`);
}

/**
 * Whether a start of this plan goes on with that run. A workflow does so with what an earlier attempt of it has running;
 * a person with the same plan, even when it has ended meanwhile: its result is what was asked for.
 */
function isSame(plan: RunPlan, { record, status }: LeftRun, { caller }: Tools): boolean {
  if (record.handle.hash !== plan.hash) return false;
  // Who left it on purpose and starts it again wants a new one.
  if (record.detached === true && !isLive(status)) return false;
  if (caller.run.github === undefined) return record.github === undefined;
  return record.plan.family === plan.family && isLive(status);
}

/** Those of the runs that are wanted again, each by one start. */
export function attachTo(left: readonly LeftRun[], tools: Tools): Attach {
  const free = new Set(left);
  return async (plan) => {
    const found = [...free].find((one) => isSame(plan, one, tools));
    if (found === undefined) return undefined;
    free.delete(found);
    const { record } = found;
    // It was looked at before images were made, and that may be hours ago.
    const { backend, status } = await tools.runs.open(record);
    if (status.state === 'absent' || status.state === 'created') return undefined;
    if (!(await tools.runs.claim(record.run))) return undefined;
    const then = plan.detached === true ? 'it is not started again' : 'its log from its start:';
    tools.host.info(`attached to the run ${record.run}, started at ${record.started}; ${then}`);
    await (await tools.files({ id: record.run })).restart();
    const { family, attempt, retries } = record.plan;
    const run = { ...plan, id: record.run, family, attempt, retries };
    return { run, handle: record.handle, backend };
  };
}

/**
 * Outputs of what has ended, or should have, and is not wanted again, are collected into the folder of their run. All of
 * it is gone when this is over: a run that is started next may have the same id.
 */
export async function finishLeftRuns(
  left: readonly LeftRun[],
  plans: readonly RunPlan[],
  tools: Tools,
): Promise<void> {
  const over = left.filter(({ status }) => status.state === 'ended' || status.overdue);
  const unwanted = over.filter((one) => !plans.some((plan) => isSame(plan, one, tools)));
  for (const one of unwanted) await guarded(one.record, tools, () => finish(one, tools));
}

async function finish({ record, backend, status }: LeftRun, tools: Tools): Promise<void> {
  if (!(await tools.runs.claim(record.run))) return;
  const { handle, plan } = record;
  if (isLive(status)) await backend.stop(handle, plan['stop-grace']);
  const behind: Promise<void>[] = [];
  const afterwards = (work: Promise<void>): void => void behind.push(work);
  const result = await completeLeftRun(record, backend, { ...tools, afterwards });
  tools.host.info(endedText(result));
  await Promise.all(behind);
}

/** Its log is kept, and not shown among the lines of others. */
export async function completeLeftRun(
  record: Pick<RunRecord, 'run' | 'handle' | 'plan'>,
  backend: Backend,
  tools: Tools,
  judged: (verdict: Verdict) => Verdict = (verdict) => verdict,
): Promise<RunResult> {
  const { host } = tools;
  const findings = new Findings();
  const silent = { ...tools, host: { ...host, lines: () => undefined, bar: () => undefined } };
  const started = { run: planOf(record), handle: record.handle, backend };
  await (await tools.files(started.run)).restart();
  const result = await completeRun(started, silent, findings, judged);
  for (const finding of findings.all) host.finding(finding);
  tools.afterwards(releaseCheckpoint(result, async () => backend, tools));
  return result;
}

export function endedText({ run, verdict, outputsFolder, logFile }: RunResult): string {
  const where = outputsFolder ?? logFile;
  const kept = where === undefined ? '' : `; what it left is in ${where}`;
  return `the run ${run.id} of the job ${run.job}: ${outcomeText(verdict)}${kept}`;
}
