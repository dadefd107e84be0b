import { parseMetrics } from '../run/metrics.ts';
import { gpuMemoryRanOut } from '../run/reason.ts';
import type { Metric, RunEvent, RunPlan, RunResult, Verdict } from '../run/run.ts';
import type { Backend, RunFiles, Tools } from '../tools.ts';

/** One run after the other; each is remembered before it starts and forgotten when nothing of it is left. */
export async function runAll(runs: readonly RunPlan[], tools: Tools): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const run of runs) {
    if (tools.host.cancelled.aborted) break;
    results.push(await tools.host.group(`Run ${run.job}`, () => runOne(run, tools)));
  }
  return results;
}

async function runOne(run: RunPlan, tools: Tools): Promise<RunResult> {
  const { host } = tools;
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const files = tools.files(run);
  const intent = backend.intentOf(run);

  await host.remember(intent);
  const handle = await backend.submit(run, intent);
  await host.remember(handle);
  host.info(`run ${run.id}, at most ${run.timeout} s`);

  const followed = await follow(run, backend.follow(handle, host.cancelled), files, tools);
  const logFile = await files.closeLog();
  if (followed.verdict.reason === 'lost-contact') return { run, ...followed, outputs: [], metrics: [], logFile };

  const outputs = await backend.collect(handle, run, files.folder);
  await backend.clean(handle);
  await host.forget(handle);
  const metrics = await readMetrics(run, outputs, followed.lines, files);
  return { run, ...followed, outputs, outputsFolder: files.folder, metrics, logFile };
}
