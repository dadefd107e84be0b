import { isAbort, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { TO_REGISTRY } from '../../../jobspec/values/outputs-to.ts';
import { printReference } from '../../../oci/reference.ts';
import type { Image } from '../../../oci/types.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { HashedFile, RunResult } from '../../../run/types/result.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import type { RunFiles } from '../../../tools/run-files.ts';
import type { Tools } from '../../../tools/tools.ts';

export interface PushTools extends Pick<Tools, 'registry'> {
  readonly host: Pick<Tools['host'], 'info'>;
  readonly runs: Pick<Tools['runs'], 'amend'>;
}

interface Collected {
  readonly files: Pick<RunFiles, 'outputs' | 'read'>;
  /** Of outputs that were read already. */
  readonly hashed: readonly HashedFile[];
  readonly findings: Findings;
}

/**
 * Pushes the outputs of a run whose result is kept as one artifact about its image, where that is asked for. It is done
 * before the run is forgotten: after a kill, whoever comes next does it. What cannot be pushed stays where it is, and
 * then the run has not succeeded.
 */
export async function pushOutputs(
  result: RunResult,
  { files, hashed, findings }: Collected,
  tools: PushTools,
): Promise<RunResult> {
  if (result.run.outputsTo !== TO_REGISTRY) return result;
  let pushed: RunResult;
  try {
    pushed = await push(result, { files, hashed }, tools);
  } catch (error) {
    pushed = notPushed(result, error, findings);
  }
  await tools.runs.amend(pushed);
  return pushed;
}

async function push(
  result: RunResult,
  { files, hashed }: Pick<Collected, 'files' | 'hashed'>,
  { registry, host }: PushTools,
): Promise<RunResult> {
  const { run, kept } = result;
  if (kept !== undefined) throw notWhole();
  const found = await files.outputs(run);
  if (found.length === 0) {
    host.info(`the run ${run.id} left no outputs that could be pushed`);
    return result;
  }
  const subject = imageOf(run);
  const { outputsArtifact } = await import('../../../evidence/outputs/outputs-artifact.ts');
  const artifact = await outputsArtifact(run, found, { read: files.read, hashed });
  const outputs = { ...subject, digest: await registry.pushReferrer(subject, artifact) };
  host.info(`the outputs of the run ${run.id} are ${printReference(outputs)}`);
  return { ...result, outputsArtifact: outputs };
}

/** The plan of a run says nothing else when it was started: an image of the engine was refused. */
function imageOf({ image }: RunPlan): Image {
  if ('engineId' in image || image.digest === undefined)
    throw new UserError('the image of the run is in no registry', { code: 'outputs' });
  const { registry, path, digest } = image;
  return { registry, path, digest };
}

function notWhole(): UserError {
  return new UserError('not all of them could be collected, and they are pushed whole or not at all', {
    code: 'outputs',
  });
}

/** A failure or a cancel of the job stays what it is, and a warning says the rest. */
function notPushed(result: RunResult, error: unknown, findings: Findings): RunResult {
  const { run, verdict, outputsFolder } = result;
  const { reason, why, hint } = failureOf(error);
  const detail = `the outputs of the run ${run.id} could not be pushed: ${why}; they are in ${outputsFolder}`;
  if (verdict.reason === 'succeeded')
    return { ...result, verdict: { reason, detail: `the job succeeded, but ${detail}`, hint } };
  findings.warning('outputs', detail, { hint });
  return result;
}

function failureOf(error: unknown): Required<Pick<Verdict, 'reason' | 'hint'>> & { readonly why: string } {
  const hint = 'copy them from there, or run the job again';
  if (isAbort(error)) return { reason: 'cancelled', why: 'the call was cancelled', hint };
  if (!(error instanceof UserError)) throw error;
  return { reason: 'internal', why: error.message, hint: error.findings[0]?.hint ?? hint };
}
