import { type Finding, UserError } from '../errors.ts';
import { startedLater } from '../plan/run.ts';
import { byJob } from '../run/by-job.ts';
import { type LineWatch, watchLines } from '../run/line-watch.ts';
import { parseMetrics } from '../run/metrics.ts';
import type { Metric, RunPlan, RunResult, Verdict } from '../run/run.ts';
import type { RunFiles, Tools } from '../tools.ts';
import { followRun } from './follow-run.ts';
import { lineReaders } from './line-readers.ts';
import { notRun, outcomeOfRun, runLegs, titleOf } from './run-legs.ts';
import { uploadRun } from './upload-run.ts';

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
    return runLegs(batch, tools, (run, own) => runAndKeep(run, { ...tools, host: own }, findings));
  return [await tools.host.group(titleOf(only), () => runAndKeep(only, tools, findings), outcomeOfRun)];
}

async function runAndKeep(plan: RunPlan, tools: Tools, findings: Finding[]): Promise<RunResult> {
  return await uploadRun(await runOne(plan, tools, findings), tools, findings);
}

const NOT_STARTED = { reason: 'cancelled', detail: 'not started' } as const;

async function runOne(plan: RunPlan, tools: Tools, findings: Finding[]): Promise<RunResult> {
  const { host, caller } = tools;
  const run = startedLater(plan, caller.time());
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const files = tools.files(run);
  const intent = backend.intentOf(run);
  const lines = watchLines(await lineReaders(run.metrics, host.now));

  await host.remember(intent);
  const handle = await backend.submit(run, intent);
  await host.remember(handle);
  host.info(`run ${run.id}: at most ${run.timeout} s`);

  const { verdict, duration } = await followRun(backend.follow(handle, host.cancelled), lines, files, tools);
  const logFile = await files.closeLog();
  const told = { run, verdict, duration, logFile, ...cluesOf(verdict, lines) };
  if (verdict.reason === 'lost-contact') return { ...told, outputs: [], metrics: [] };

  const outputs = await backend.collect(handle, run, files.folder);
  await backend.clean(handle);
  await host.forget(handle);
  const metrics = await readMetrics(run, outputs, lines, files).catch((error: unknown) =>
    noMetrics(error, findings),
  );
  return { ...told, outputs, outputsFolder: files.folder, metrics };
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
