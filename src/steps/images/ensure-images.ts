import { allOrErrors } from '../../all-or-errors.ts';
import { type Finding, UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Repository } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { identityOf } from '../../plan/images/index-image.ts';
import type { Destination, Plan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import { diskCheck } from '../disk/disk-check.ts';
import { earlierImages, NO_EARLIER_IMAGES } from './earlier-images.ts';
import { EngineStore } from './engine-store.ts';
import { type EnsureContext, findHit } from './ensure-context.ts';
import { JobImages } from './job-images.ts';
import { isWithoutRights, type PushRight, pushRight, stayingLocal } from './push-right.ts';
import { RegistryStore } from './registry-store.ts';

/** A plan that can be made again for another destination. */
export interface MovablePlan {
  readonly plan: Plan;
  for(destination: Destination): Plan;
}

export interface EnsureOptions extends Pick<Inputs, 'rebuild' | 'offline'> {
  /** Whether some of the images are run on this machine. */
  readonly runs: boolean;
}

export interface ImagesEnsured {
  /** The plan that was carried out: another one than was made when the registry refused the right to push. */
  readonly plan: Plan;
  readonly images: ReadonlyMap<string, EnsuredImage>;
  readonly findings: readonly Finding[];
}

/** Makes what is missing; an image that is there already costs one request. */
export async function ensureImages(
  planned: MovablePlan,
  options: EnsureOptions,
  tools: Tools,
): Promise<ImagesEnsured> {
  if (options.offline) return await ensureOffline(planned, options, tools);
  const { plan } = planned;
  if (plan.destination.kind === 'engine') return ensureAll(plan, inEngine(options, tools));

  const { repository, auto } = plan.destination;
  const right = pushRight(repository, tools.registry);
  const context = inRegistry({ repository, right }, options, tools);
  if (!auto || (await areAllFound(plan, context))) return ensureAll(plan, context);
  const refused = await right.refusal();
  if (refused === undefined) return ensureAll(plan, context);

  const kept = await ensureAll(planned.for({ kind: 'engine' }), inEngine(options, tools));
  return { ...kept, findings: [stayingLocal(repository, refused), ...kept.findings] };
}

/** Without a network nothing is built and no registry is asked: what is not in the local engine is not there. */
async function ensureOffline(
  planned: MovablePlan,
  options: EnsureOptions,
  tools: Tools,
): Promise<ImagesEnsured> {
  const plan = planned.for({ kind: 'engine' });
  const context = inEngine({ ...options, rebuild: false }, tools);
  for (const { job, image } of plan.jobs) {
    if (image.kind === 'given') continue;
    const selected = await context.store.select(job, image);
    const identity = identityOf(selected);
    if (identity.id === undefined || (await findHit(identity, context)) === undefined)
      throw notHere(job.name);
  }
  return await ensureAll(plan, context);
}

function notHere(job: string): UserError {
  return new UserError(`the image of ${job} is not in the local engine, and nothing is built offline`, {
    kind: 'unavailable',
    code: 'offline',
    hint: 'run it once with a network and --registry none; from then on it starts without one, until its environment changes',
  });
}

function inEngine({ rebuild, runs }: EnsureOptions, tools: Tools): EnsureContext {
  const store = new EngineStore({ noCache: rebuild }, tools);
  return {
    store,
    earlier: NO_EARLIER_IMAGES,
    disk: diskCheck({ to: 'engine', runs }, tools),
    rebuild,
    tools,
  };
}

function inRegistry(
  place: { readonly repository: Repository; readonly right: PushRight },
  { rebuild, runs }: EnsureOptions,
  tools: Tools,
): EnsureContext {
  const store = new RegistryStore({ ...place, noCache: rebuild }, tools);
  const earlier = earlierImages(place.repository, tools);
  return { store, earlier, disk: diskCheck({ to: 'registry', runs }, tools), rebuild, tools };
}

async function ensureAll(plan: Plan, context: EnsureContext): Promise<ImagesEnsured> {
  const images = new JobImages(context);
  const ensured = await allOrErrors(
    plan.jobs.map(async (job) => [job.job.name, await images.ensure(job)] as const),
  );
  return { plan, images: new Map(ensured), findings: context.store.findings };
}

/** Whether nothing has to be made, so that no right to push is needed. */
async function areAllFound({ jobs }: Plan, context: EnsureContext): Promise<boolean> {
  if (context.rebuild) return false;
  const built = jobs.flatMap(({ image }) => (image.kind === 'given' ? [] : [identityOf(image)]));
  try {
    const hits = await Promise.all(built.map((identity) => findHit(identity, context)));
    return hits.every((image) => image !== undefined);
  } catch (error) {
    // What may neither be read nor made is not found.
    if (isWithoutRights(error)) return false;
    throw error;
  }
}
