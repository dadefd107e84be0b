import type { Inputs } from '../inputs.ts';
import type { Digest, Reference } from '../oci/types.ts';
import type { BuildPlan, EnvironmentPlan, JobPlan } from '../plan/plan.ts';
import type { EnsuredEnvironment, EnsuredImage } from '../result.ts';
import { ENGINE_REPOSITORY, type Tools } from '../tools.ts';
import { given, identified, NOTHING_CHANGED, whyMade } from './image-ids.ts';
import type { ImageMaker } from './image-maker.ts';

interface Made {
  readonly engineId: Digest;
  readonly ensured: EnsuredEnvironment;
}

/** Images kept in the local engine: built into it, found again by tag and label, started by image ID. */
export function engineImages(inputs: Inputs, { engine, builder, host }: Tools): ImageMaker {
  const environments = new Map<string, Promise<Made>>();

  async function ensure({ image }: JobPlan): Promise<EnsuredImage> {
    if (image.kind === 'given') return given(image);
    if (image.kind === 'environment') return environmentOnly(image.environment);
    if (image.kind === 'layer') throw new Error('a layer is only put on images of a registry');

    const { id, tag } = identified(image);
    const found = await engine.find(tag);
    if (found?.id === id && !inputs.rebuild) return local(found.engineId, tag, 'found', NOTHING_CHANGED);

    const environment = await ensureEnvironment(image.environment);
    const from: Reference = { ...ENGINE_REPOSITORY, tag: identified(image.environment).tag };
    const engineId = await build(image.build(from), id, tag);
    return {
      ...local(engineId, tag, 'built', whyMade(environment.ensured)),
      environment: environment.ensured,
    };
  }

  async function environmentOnly(plan: EnvironmentPlan): Promise<EnsuredImage> {
    const { engineId, ensured } = await ensureEnvironment(plan);
    const why = ensured.made === 'found' ? NOTHING_CHANGED : whyMade(ensured);
    return { ...local(engineId, identified(plan).tag, ensured.made, why), environment: ensured };
  }

  function ensureEnvironment(plan: EnvironmentPlan): Promise<Made> {
    const { tag } = identified(plan);
    const making = environments.get(tag) ?? makeEnvironment(plan);
    environments.set(tag, making);
    return making;
  }

  async function makeEnvironment(plan: EnvironmentPlan): Promise<Made> {
    const { id, tag } = identified(plan);
    const found = await engine.find(tag);
    const hit = found?.id === id && !inputs.rebuild;
    const engineId = hit ? found.engineId : await build(plan.build, id, tag);
    host.info(`environment ${tag}: ${hit ? 'found' : 'built'} in the local engine`);
    return { engineId, ensured: { made: hit ? 'found' : 'built', reference: engineId, tag } };
  }

  async function build(plan: BuildPlan, id: Digest, tag: string): Promise<Digest> {
    const built = await builder.build({ plan, id, to: { kind: 'engine', tag }, noCache: inputs.rebuild });
    if (built.kind !== 'loaded') throw new Error(`the builder loaded nothing for ${tag}`);
    return built.engineId;
  }

  return { ensure, findings: [] };
}

function local(engineId: Digest, tag: string, made: 'found' | 'built', why: string): EnsuredImage {
  return { made, reference: engineId, engineId, tag, cache: made === 'found' ? 'image' : 'none', why };
}
