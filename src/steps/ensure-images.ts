import type { Finding } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import type { Plan } from '../plan/plan.ts';
import type { EnsuredImage } from '../result.ts';
import type { Tools } from '../tools.ts';
import { allOrErrors } from './all-or-errors.ts';
import { diskCheck } from './disk-check.ts';
import { engineImages } from './engine-images.ts';
import type { ImageMaker } from './image-maker.ts';
import type { Planned } from './make-plan.ts';
import { pushRight, stayingLocal } from './push-right.ts';
import { registryImages } from './registry-images.ts';

export interface ImagesEnsured {
  /** The plan that was carried out: another one than was made when the registry refused the right to push. */
  readonly plan: Plan;
  readonly images: ReadonlyMap<string, EnsuredImage>;
  readonly findings: readonly Finding[];
}

/** Makes what is missing; an image that is there already costs one request. */
export async function ensureImages(
  planned: Planned,
  inputs: Inputs,
  tools: Tools,
  /** Whether some of them are run here. */
  runs: boolean,
): Promise<ImagesEnsured> {
  const { plan } = planned;
  const local = (): ImageMaker => engineImages(inputs, diskCheck({ to: 'engine', runs }, tools), tools);
  if (plan.destination.kind === 'engine') return ensureAll(plan, local());

  const { repository, auto } = plan.destination;
  const right = pushRight(repository, tools.registry);
  const disk = diskCheck({ to: 'registry', runs }, tools);
  const images = registryImages({ repository, right }, inputs, disk, tools);
  if (!auto || (await images.allFound(plan))) return ensureAll(plan, images);
  const refused = await right.refusal();
  if (refused === undefined) return ensureAll(plan, images);

  const kept = await ensureAll(planned.for({ kind: 'engine' }), local());
  return { ...kept, findings: [stayingLocal(repository, refused), ...kept.findings] };
}

async function ensureAll(plan: Plan, maker: ImageMaker): Promise<ImagesEnsured> {
  const made = await allOrErrors(
    plan.jobs.map(async (job) => [job.job.name, await maker.ensure(job)] as const),
  );
  return { plan, images: new Map(made), findings: maker.findings };
}
