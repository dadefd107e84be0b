import { type Finding, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { byJob } from '../../run/by-job.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { runAttempts } from './attempts/run-attempts.ts';
import { detachRun } from './detach-run.ts';
import { failedRun, notRun, stoppedRun } from './failed-run.ts';
import { keepMatrixPage } from './matrix-page.ts';
import { completeRun } from './result/complete-run.ts';
import { outcomeOfRun, runLegs, titleOf } from './run-legs.ts';
import { type StartedRun, startRun } from './start-run.ts';
import { uploadRun } from './upload-run.ts';

export interface RunsDone {
  readonly runs: readonly RunResult[];
  readonly findings: readonly Finding[];
}

/** The run of the same plan that is there already, and now ours; undefined: there is none, and one is started. */
export type Attach = (plan: RunPlan) => Promise<StartedRun | undefined>;

export interface RunAllOptions {
  readonly attach?: Attach;
  /** Told of each run as soon as it is over. */
  readonly over?: (result: RunResult) => void;
}

/**
 * One job after the other; each run is remembered before it starts and forgotten when nothing of it is left. What is not
 * started any more, because the user wants to stop, is a result, too.
 */
export async function runAll(
  plans: readonly RunPlan[],
  tools: Tools,
  { attach = async () => undefined, over = () => undefined }: RunAllOptions = {},
): Promise<RunsDone> {
  const runs: RunResult[] = [];
  const findings = new Findings();
  if (plans.length > 0) await tools.runs.removeExpired();
  for (const batch of byJob(plans, ({ job }) => job)) {
    const own = new Findings();
    runs.push(...(await runBatch(batch, tools, own, { attach, over })));
    findings.add(eachOnce(own.all));
  }
  return { runs, findings: findings.all };
}

/** What is true of one leg is mostly true of all; a notice of its kind is enough for all of them. */
function eachOnce(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ level, code, message }: Finding): string => (level === 'notice' ? code : message);
  return [...new Map(findings.toReversed().map((finding) => [keyOf(finding), finding])).values()].reverse();
}

/** The run of a job, or all of its matrix. */
async function runBatch(
  batch: readonly RunPlan[],
  tools: Tools,
  findings: Findings,
  options: Required<RunAllOptions>,
): Promise<readonly RunResult[]> {
  const [only, ...others] = batch;
  if (only === undefined) return [];
  if (tools.host.cancelled.aborted) return batch.map((run) => notRun(run, NOT_STARTED));
  if (others.length > 0) {
    const legs = await runLegs(batch, tools, (run, own) =>
      runAndUpload(run, { ...tools, host: own }, findings, options),
    );
    await keepMatrixPage(legs, tools, findings);
    return legs;
  }
  const run = () =>
    runAndUpload(only, tools, findings, options).catch((error: unknown) =>
      failed(only, error, tools, findings),
    );
  return [await tools.host.group(titleOf(only), run, outcomeOfRun)];
}

/** What the user can mend is the result of this run: image and summary are there, and other jobs go on. */
function failed(run: RunPlan, error: unknown, { host }: Tools, findings: Findings): RunResult {
  if (host.cancelled.aborted) return stoppedRun(run, error);
  if (!(error instanceof UserError)) throw error;
  findings.add(error.findings);
  return failedRun(run, error);
}

const NOT_STARTED = { reason: 'cancelled', detail: 'not started' } as const;

async function runAndUpload(
  plan: RunPlan,
  tools: Tools,
  findings: Findings,
  { attach, over }: Required<RunAllOptions>,
): Promise<RunResult> {
  const result = await runAttempts(plan, tools, (run) => runOnce(run, tools, findings, attach));
  over(result);
  return await uploadRun(result, tools, findings);
}

async function runOnce(plan: RunPlan, tools: Tools, findings: Findings, attach: Attach): Promise<RunResult> {
  const started = (await attach(plan)) ?? (await startRun(plan, tools));
  if (started === undefined) return notRun(plan, NOT_STARTED);
  const left = plan.detached === true ? await detachRun(started, tools) : undefined;
  return left ?? (await completeRun(started, tools, findings));
}
