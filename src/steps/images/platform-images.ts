import { allOrErrors } from '../../all-or-errors.ts';
import { askedOnce } from '../../asked-once.ts';
import type { Image, Layer } from '../../oci/types.ts';
import type { CodeLayer, EnvironmentPlan, LayerPlan, StepsPlan } from '../../plan/plan.ts';
import { checkTriggers } from '../plan/trigger-check.ts';
import type { BuildReasons } from './earlier-images.ts';
import { type EnsureContext, findHit, type MadeImage } from './ensure-context.ts';
import { layerImage } from './image-bytes.ts';
import { identified } from './image-identity.ts';
import { reportBuilt, reportFound } from './image-report.ts';

/** Images for one platform each: an environment, and the image with the code on it. */
export class PlatformImages {
  /** Jobs that share an environment share its making. */
  readonly environment = askedOnce(
    (plan: EnvironmentPlan, reasons: BuildReasons) => this.#environment(plan, reasons),
    (plan) => identified(plan).tag,
  );
  readonly #context: EnsureContext;
  /** The same code on several environments is packed once. */
  readonly #pack = askedOnce(
    (layers: readonly CodeLayer[]): Promise<readonly Layer[]> => this.#context.tools.source.pack(layers),
    (layers) => JSON.stringify(layers.map(({ folder, files, part }) => [folder, files, part])),
  );

  constructor(context: EnsureContext) {
    this.#context = context;
  }

  async #environment(plan: EnvironmentPlan, reasons: BuildReasons): Promise<MadeImage> {
    const { store, disk, tools } = this.#context;
    const to = identified(plan);
    const hit = await findHit(plan, this.#context);
    if (hit !== undefined) {
      reportFound(to.tag, this.#context);
      return { made: 'found', image: hit };
    }
    const [why] = await Promise.all([
      reasons.environment(plan),
      disk.check(plan.fetches, plan.build.platform),
      checkTriggers(plan, tools.registry),
    ]);
    if (why !== undefined) tools.host.info(`environment ${to.tag}: ${why}`);
    const image = await store.build(plan.build, to);
    reportBuilt(to.tag, { image, before: await store.find(to.tag) }, this.#context);
    return { made: 'built', image, why };
  }

  /** The image with the code. */
  make(
    plan: LayerPlan | StepsPlan,
    environment: Promise<MadeImage>,
    reasons: BuildReasons,
  ): Promise<MadeImage> {
    return plan.kind === 'layer' ? this.#append(plan, environment) : this.#build(plan, environment, reasons);
  }

  async #append(plan: LayerPlan, environment: Promise<MadeImage>): Promise<MadeImage> {
    const { store } = this.#context;
    const reading = environment.then(({ image }) => store.parentToPut(image));
    // Packed while the environment is asked for or built: neither needs the other.
    const packing = this.#pack(plan.layers);
    await allOrErrors<unknown>([reading, packing]);
    const [parent, layers] = await Promise.all([reading, packing]);
    return { made: 'pushed', image: await store.put(layerImage(parent, layers, plan), identified(plan).tag) };
  }

  async #build(plan: StepsPlan, making: Promise<MadeImage>, reasons: BuildReasons): Promise<MadeImage> {
    const { store, tools } = this.#context;
    const to = identified(plan);
    const environment = await making;
    const [why] = await Promise.all([
      environment.made === 'found' ? reasons.image(plan) : undefined,
      // What was built a moment ago is there.
      environment.made === 'found' ? this.#checkDisk(environment.image, plan) : undefined,
    ]);
    if (why !== undefined) tools.host.info(`image ${to.tag}: ${why}`);
    const base = store.baseReference(environment.image, identified(plan.environment).tag);
    return { made: 'built', image: await store.build(plan.build(base), to), why };
  }

  /** Nothing has to be fetched of an image that the engine has. */
  async #checkDisk(environment: Image, plan: StepsPlan): Promise<void> {
    const { store, disk } = this.#context;
    if (store.target.kind === 'engine') return;
    await disk.check({ images: [environment], packages: 0 }, plan.environment.build.platform);
  }
}
