import { UserError } from '../../errors.ts';
import { readPlan } from '../../evidence/run-plan.ts';
import { findRecord } from '../../evidence/run-record.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Image } from '../../oci/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Allowed, allowedPlan, allowedRun } from '../../run/sent/allowed.ts';
import { SENT_LOG_PREFIX } from '../../run/sent/log-prefix.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Result } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { attachTo, finishLeftRuns } from '../left-runs/left-runs.ts';
import { lookForLeftRuns } from '../left-runs/look-for-left-runs.ts';
import { recordPushes } from '../referrers/record-pushes.ts';
import { runAll } from '../runs/run-all.ts';

/**
 * Starts a run that another repository has sent, and leaves its record and outputs beside its image. One that has its record
 * is over: the workflow was started twice, because somebody lost the answer.
 */
export async function runSent(text: string, allowed: Allowed, inputs: Inputs, tools: Tools): Promise<Result> {
  const { caller, host, registry } = tools;
  if (!caller.rights.run)
    throw new UserError(`nothing is started: ${caller.rights.why}`, {
      code: 'untrusted',
      hint: 'let the workflow be started by "workflow_dispatch" alone',
    });
  const artifact = allowedPlan(text, allowed);
  const run = allowedRun(await readPlan(artifact, registry), allowed);
  const plan = planFor(artifact);
  const record = await findRecord(run.id, imageOf(run), registry);
  if (record !== undefined) {
    host.info(`the run ${run.id} is over, as its record says: ${record.ended?.reason}`);
    return { plan, images: new Map(), runs: [], findings: [] };
  }
  tellMissing(run, tools);
  const left = await lookForLeftRuns(tools);
  await finishLeftRuns(left, [run], tools);
  const records = await recordPushes(plan, { ...inputs, record: true }, tools);
  const { runs, findings } = await runAll([run], withPrefix(tools), {
    attach: attachTo(left, tools),
    ...(records === undefined ? {} : { over: records.over }),
  });
  const about = (await records?.findings()) ?? [];
  return { plan, images: new Map(), runs, findings: [...findings, ...about] };
}

/** Records and outputs go where the image is. */
function planFor({ registry, path }: Image): Plan {
  return { destination: { kind: 'registry', repository: { registry, path }, auto: false }, jobs: [] };
}

function imageOf({ image }: RunPlan): Image {
  if ('engineId' in image || image.digest === undefined) throw new Error('a plan names its image by digest');
  return { registry: image.registry, path: image.path, digest: image.digest };
}

/** Some may do without: what a job needs, only it knows. */
function tellMissing({ secrets }: RunPlan, { caller, host }: Tools): void {
  const missing = secrets.filter((name) => !caller.env.get(name));
  if (missing.length === 0) return;
  host.finding({
    level: 'warning',
    code: 'missing-secret',
    message: `these secrets of the run have no value here: ${missing.join(', ')}`,
    hint: 'set them in "env:" of the step',
  });
}

/** So that what the job prints is told from what the runner and we say. */
function withPrefix(tools: Tools): Tools {
  const { host } = tools;
  const lines = (texts: readonly string[]): void =>
    host.lines(texts.map((text) => `${SENT_LOG_PREFIX}${text}`));
  return { ...tools, host: { ...host, lines } };
}
