import { type Finding, isAbort, UserError } from '../errors.ts';
import { startedLater } from '../plan/run.ts';
import { byJob } from '../run/by-job.ts';
import { type LineWatch, watchLines } from '../run/line-watch.ts';
import { type Handle, leftRunOf, type RunPlan, type RunResult, type Verdict } from '../run/run.ts';
import type { Backend, Host, Tools } from '../tools.ts';
import { failedRun, notRun, stoppedRun } from './failed-run.ts';
import { followRun } from './follow-run.ts';
import { lineReaders } from './line-readers.ts';
import { type Measured, readMetrics } from './read-metrics.ts';
import { outcomeOfRun, runLegs, titleOf } from './run-legs.ts';

export interface RunsDone {
  readonly runs: readonly RunResult[];
  readonly findings: readonly Finding[];
}

/**
 * One job after the other; each run is remembered before it starts and forgotten when nothing of it is left. What is not
 * started any more, because the user wants to stop, is a result, too.
 */
export async function runAll(plans: readonly RunPlan[], tools: Tools): Promise<RunsDone> {
  const runs: RunResult[] = [];
  const findings: Finding[] = [];
  for (const batch of byJob(plans, ({ job }) => job)) {
    runs.push(...(await runBatch(batch, tools, findings)));
  }
  return { runs, findings };
}

/** The run of a job, or all of its matrix. */
async function runBatch(
  batch: readonly RunPlan[],
  tools: Tools,
  findings: Finding[],
): Promise<readonly RunResult[]> {
  const [only, ...others] = batch;
  if (only === undefined) return [];
  if (tools.host.cancelled.aborted) return batch.map((run) => notRun(run, NOT_STARTED));
  if (others.length > 0)
    return runLegs(batch, tools, (run, own) => runOne(run, { ...tools, host: own }, findings));
  const run = () =>
    runOne(only, tools, findings).catch((error: unknown) => failed(only, error, tools, findings));
  return [await tools.host.group(titleOf(only), run, outcomeOfRun)];
}

/** What the user can mend is the result of this run: image and summary are there, and other jobs go on. */
function failed(run: RunPlan, error: unknown, { host }: Tools, findings: Finding[]): RunResult {
  if (host.cancelled.aborted) return stoppedRun(run, error);
  if (!(error instanceof UserError)) throw error;
  findings.push(...error.findings);
  return failedRun(run, error);
}

const NOT_STARTED = { reason: 'cancelled', detail: 'not started' } as const;

async function runOne(plan: RunPlan, tools: Tools, findings: Finding[]): Promise<RunResult> {
  const { host, caller } = tools;
  const run = startedLater(plan, caller.time());
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const files = tools.files(run);
  const intent = backend.intentOf(run);
  const left = leftRunOf(run, files.folder);
  const lines = watchLines(await lineReaders(run.metrics, host.now));

  await host.remember({ ...intent, left });
  const submitted = await submitUnlessCancelled(run, intent, backend, host);
  if (submitted === undefined) return notRun(run, NOT_STARTED);
  const handle = { ...submitted, left };
  await host.remember(handle);
  host.info(`run ${run.id}: at most ${run.timeout} s`);

  const followed = await followRun(backend.follow(handle, host.cancelled, host.leaving), lines, files, tools);
  const { verdict, duration } = followed;
  const logFile = await files.closeLog();
  const told = { run, verdict, duration, logFile, ...cluesOf(verdict, lines) };
  if (followed.left !== undefined)
    await host.remember({ ...handle, native: { ...handle.native, ...followed.left } });
  if (followed.left !== undefined || verdict.reason === 'lost-contact')
    return { ...told, outputs: [], metrics: [] };

  const outputs = await backend.collect(handle, run, files.folder);
  await backend.clean(handle);
  await host.forget(handle);
  const measured = await readMetrics(told, outputs, lines, files).catch((error: unknown) =>
    noMetrics(error, findings),
  );
  return { ...told, outputs, outputsFolder: files.folder, ...measured };
}

/** undefined: the user wanted to stop before it was started, and nothing is left of it. */
async function submitUnlessCancelled(
  run: RunPlan,
  intent: Handle,
  backend: Backend,
  host: Host,
): Promise<Handle | undefined> {
  try {
    return await backend.submit(run, intent, host.cancelled);
  } catch (error) {
    if (!host.cancelled.aborted || !isAbort(error)) throw error;
    await host.forget(intent);
    return undefined;
  }
}

/** What a log tells of why its run did not succeed. */
function cluesOf({ reason }: Verdict, lines: LineWatch): Pick<RunResult, 'lacks' | 'lastLines'> {
  if (reason === 'succeeded') return {};
  return { lacks: reason === 'failed' ? lines.lacks() : [], lastLines: lines.lastLines() };
}

/** Values of the caller for the names that the run may see. */
export function secretsOf(run: RunPlan, { caller }: Pick<Tools, 'caller'>): ReadonlyMap<string, string> {
  return new Map(
    run.secrets.flatMap((name) => {
      const value = caller.env.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Metrics that cannot be read take nothing from a run that is over. */
function noMetrics(error: unknown, findings: Finding[]): Measured {
  if (!(error instanceof UserError)) throw error;
  findings.push(...error.findings.map((finding) => ({ ...finding, level: 'warning' as const })));
  return { metrics: [] };
}
