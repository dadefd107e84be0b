import { type Finding, UserError } from '../errors.ts';
import { startedLater } from '../plan/run.ts';
import { byJob } from '../run/by-job.ts';
import { type LineWatch, watchLines } from '../run/line-watch.ts';
import { parseMetrics } from '../run/metrics.ts';
import type { Handle, Metric, RunPlan, RunResult, Verdict } from '../run/run.ts';
import type { Backend, RunFiles, Tools } from '../tools.ts';
import { followRun } from './follow-run.ts';
import { lineReaders } from './line-readers.ts';
import { notRun, outcomeOfRun, runLegs, titleOf } from './run-legs.ts';

export interface RunsDone {
  readonly runs: readonly RunResult[];
  readonly findings: readonly Finding[];
}

/** A run that a backend has, and that is ours to follow. */
export interface StartedRun {
  readonly run: RunPlan;
  readonly handle: Handle;
  readonly backend: Backend;
}

/** The run of the same plan that is there already, and now ours; undefined: there is none, and one is started. */
export type Attach = (plan: RunPlan) => Promise<StartedRun | undefined>;

/**
 * One job after the other; each run is remembered before it starts and forgotten when nothing of it is left. What is not
 * started any more, because the user wants to stop, is a result, too.
 */
export async function runAll(
  plans: readonly RunPlan[],
  tools: Tools,
  attach: Attach = async () => undefined,
): Promise<RunsDone> {
  const runs: RunResult[] = [];
  const findings: Finding[] = [];
  for (const batch of byJob(plans, ({ job }) => job)) {
    runs.push(...(await runBatch(batch, tools, (run, own) => runOne(run, own, findings, attach))));
  }
  return { runs, findings };
}

/** The run of a job, or all of its matrix. */
async function runBatch(
  batch: readonly RunPlan[],
  tools: Tools,
  start: (run: RunPlan, own: Tools) => Promise<RunResult>,
): Promise<readonly RunResult[]> {
  const [only, ...others] = batch;
  if (only === undefined) return [];
  if (tools.host.cancelled.aborted) return batch.map((run) => notRun(run, NOT_STARTED));
  if (others.length > 0) return runLegs(batch, tools, (run, own) => start(run, { ...tools, host: own }));
  return [await tools.host.group(titleOf(only), () => start(only, tools), outcomeOfRun)];
}

const NOT_STARTED = { reason: 'cancelled', detail: 'not started' } as const;

async function runOne(plan: RunPlan, tools: Tools, findings: Finding[], attach: Attach): Promise<RunResult> {
  return await bringHome((await attach(plan)) ?? (await startRun(plan, tools)), tools, findings);
}

async function startRun(plan: RunPlan, tools: Tools): Promise<StartedRun> {
  const { host, caller, runs } = tools;
  const run = startedLater(plan, caller.time());
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const intent = backend.intentOf(run);

  await runs.remember(run, intent);
  const handle = await backend.submit(run, intent);
  host.info(`run ${run.id}: at most ${run.timeout} s`);
  return { run, handle, backend };
}

/** Follows a run to its end, and brings home what it leaves; its result is kept before anything of it is removed. */
export async function bringHome(
  { run, handle, backend }: StartedRun,
  tools: Tools,
  findings: Finding[],
  judged: (verdict: Verdict) => Verdict = (verdict) => verdict,
): Promise<RunResult> {
  const { host, runs } = tools;
  const files = tools.files(run);
  const lines = watchLines(await lineReaders(run.metrics, host.now));
  // It was remembered before it was started, so that this one may fail.
  await runs
    .remember(run, handle)
    .catch(tellError(`the record of the run ${run.id} is not up to date`, tools));

  const followed = await followRun(backend.follow(handle, host.cancelled), lines, files, tools);
  const { duration } = followed;
  const verdict = judged(followed.verdict);
  const logFile = await files.closeLog();
  const told = { run, verdict, duration, logFile, ...cluesOf(verdict, lines) };
  if (verdict.reason === 'lost-contact') return { ...told, outputs: [], metrics: [] };

  const outputs = await backend.collect(handle, run, files.folder);
  const metrics = await readMetrics(run, outputs, lines, files).catch((error: unknown) =>
    noMetrics(error, findings),
  );
  const result = { ...told, outputs, outputsFolder: files.folder, metrics };
  await runs.keep(result, handle).catch(tellError(`how the run ${run.id} ended could not be kept`, tools));
  await backend.clean(handle);
  await runs.forget(handle);
  return result;
}

/** For what takes nothing from a run. */
function tellError(what: string, { host }: Tools): (error: unknown) => void {
  return (error) => {
    const why = error instanceof Error ? error.message : String(error);
    host.finding({ level: 'warning', code: 'record', message: `${what}: ${why}` });
  };
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

/** The first file of those that may hold metrics, then what the lines said. */
async function readMetrics(
  run: RunPlan,
  outputs: readonly string[],
  watch: LineWatch,
  files: RunFiles,
): Promise<readonly Metric[]> {
  for (const source of run.metrics) {
    if (!('path' in source) || !outputs.includes(source.path)) continue;
    const text = await files.read(source.path);
    if (text !== undefined) return parseMetrics(text, source.path);
  }
  return watch.metrics();
}

/** Metrics that cannot be read take nothing from a run that is over. */
function noMetrics(error: unknown, findings: Finding[]): readonly Metric[] {
  if (!(error instanceof UserError)) throw error;
  findings.push(...error.findings.map((finding) => ({ ...finding, level: 'warning' as const })));
  return [];
}
