import { askedOnce } from '../asked-once.ts';
import type { Inputs } from '../inputs.ts';
import type { Image } from '../oci/types.ts';
import type { CodeLayer, EnvironmentPlan, Identity, LayerPlan, StepsPlan } from '../plan/plan.ts';
import type { Tools } from '../tools.ts';
import { allOrErrors } from './all-or-errors.ts';
import type { DiskCheck } from './disk-check.ts';
import { identified, replaced } from './image-ids.ts';
import { putLayer } from './put-layer.ts';
import type { RegistryStore } from './registry-store.ts';

/** An image that stands under its tag now. */
export interface Made {
  readonly made: 'found' | 'pushed' | 'built';
  readonly image: Image;
  /** Why it was built, where that can be said. */
  readonly why?: string | undefined;
}

/** Why something is built; undefined when nobody can know. */
export interface Reasons {
  environment(plan: Identity): Promise<string | undefined>;
  image(plan: Identity): Promise<string | undefined>;
}

/** Images for one platform each. */
export interface PlatformImages {
  /** Jobs that share an environment share its making. */
  environment(plan: EnvironmentPlan, reasons: Reasons): Promise<Made>;
  /** The image with the code, on its environment. */
  make(plan: LayerPlan | StepsPlan, environment: Promise<Made>, reasons: Reasons): Promise<Made>;
}

export function platformImages(
  store: RegistryStore,
  inputs: Inputs,
  disk: DiskCheck,
  tools: Tools,
): PlatformImages {
  const { registry, source, host } = tools;
  const environment = askedOnce(makeEnvironment, (plan) => identified(plan).tag);
  /** The same code on several environments is packed once. */
  const pack = askedOnce(
    (layer: CodeLayer) => source.pack(layer),
    ({ folder, files }) => JSON.stringify([folder, files]),
  );

  async function makeEnvironment(plan: EnvironmentPlan, reasons: Reasons): Promise<Made> {
    const to = identified(plan);
    const there = await store.hit(plan);
    if (there !== undefined) {
      host.info(`environment ${to.tag}: found`);
      return { made: 'found', image: there };
    }
    const [why] = await Promise.all([
      inputs.rebuild ? undefined : reasons.environment(plan),
      disk.check(plan.fetches, plan.build.platform),
    ]);
    if (why !== undefined) host.info(`environment ${to.tag}: ${why}`);
    const image = await store.build(plan.build, to);
    const again = inputs.rebuild ? replaced(await store.find(to.tag), image) : '';
    host.info(`environment ${to.tag}: built as ${image.digest}${again}`);
    return { made: 'built', image, why };
  }

  function make(plan: LayerPlan | StepsPlan, making: Promise<Made>, reasons: Reasons): Promise<Made> {
    return plan.kind === 'layer' ? append(plan, making) : build(plan, making, reasons);
  }

  async function append(plan: LayerPlan, making: Promise<Made>): Promise<Made> {
    const { id, tag } = identified(plan);
    const pulling = making.then(({ image }) => registry.pull(image));
    // Packed while the environment is asked for or built: neither needs the other.
    const packing = pack(plan.layer);
    await allOrErrors<unknown>([pulling, packing]);
    const [parent, layer] = await Promise.all([pulling, packing]);
    return { made: 'pushed', image: await store.push(putLayer(parent, layer, plan, id), tag) };
  }

  async function build(plan: StepsPlan, making: Promise<Made>, reasons: Reasons): Promise<Made> {
    const to = identified(plan);
    const environment = await making;
    const isKnown = environment.made === 'found' && !inputs.rebuild;
    const [why] = await Promise.all([
      isKnown ? reasons.image(plan) : undefined,
      // What was built a moment ago is there.
      environment.made === 'found' ? fits(environment.image, plan) : undefined,
    ]);
    if (why !== undefined) host.info(`image ${to.tag}: ${why}`);
    return { made: 'built', image: await store.build(plan.build(environment.image), to), why };
  }

  function fits(environment: Image, plan: StepsPlan): Promise<void> {
    return disk.check({ images: [environment], packages: 0 }, plan.environment.build.platform);
  }

  return { environment, make };
}
