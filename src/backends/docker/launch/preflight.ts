import { checkFit } from '../../../fit/checks/fit.ts';
import type { ImageFacts as FitFacts, Misfit } from '../../../fit/facts.ts';
import { factsOfEnvironment, mergeImages } from '../../../fit/image.ts';
import { factsOfMeasured } from '../../../fit/measured/facts.ts';
import { measuredFor } from '../../../fit/measured/platforms.ts';
import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { ImageFacts, Info } from '../engine/answers.ts';
import type { Docker } from '../engine/docker.ts';
import { targetOfEngine } from '../engine/target.ts';

export type Preflight = { readonly failure: LaunchFailure } | { readonly notes: readonly string[] };

const NOTHING: Preflight = { notes: [] };

interface Asked {
  readonly image: ImageFacts;
  readonly info: Info;
  /** GPUs that the spec names. */
  readonly named: readonly string[] | undefined;
}

/**
 * What the image itself says of the GPUs that it needs, against those of the machine: since CDI, nobody else compares
 * them. https://github.com/NVIDIA/nvidia-container-toolkit/issues/1470
 */
export async function preflight(
  run: RunPlan,
  { image, info, named }: Asked,
  docker: Docker,
): Promise<Preflight> {
  const { gpu } = run.resources;
  if (gpu === undefined || run.preflight === 'off') return NOTHING;
  const facts = factsOf(image, run);
  if (facts === undefined) return NOTHING;
  const smi = await docker.queryGpus?.(info);
  if (smi === undefined) return NOTHING;
  const target = targetOfEngine({ info, smi, only: named ?? docker.devices });
  // How many and how large they are was compared when the job was sent here.
  const tables = await docker.tables?.();
  const found = checkFit({ image: facts, target, tables }).filter(({ level }) => level !== 'notice');
  const [first] = found.filter(({ level }) => level === 'error');
  if (first === undefined || run.preflight === 'warn' || gpu.optional) return { notes: found.map(sentence) };
  return { failure: { reason: 'preflight', detail: first.message, hint: first.hint } };
}

function sentence({ message, hint }: Misfit): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

/** What was read in the image goes before what it says of itself; undefined: neither says anything. */
function factsOf({ Architecture, Config }: ImageFacts, run: RunPlan): FitFacts | undefined {
  const said = factsOfEnvironment(Config?.Env ?? [], 'the environment of the image');
  const measured = run.measured && measuredFor(run.measured, Architecture);
  if (measured !== undefined) return mergeImages(factsOfMeasured(measured), said);
  return (said.env?.value.size ?? 0) === 0 ? undefined : said;
}
