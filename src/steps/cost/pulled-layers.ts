import type { PulledLayers } from '../../cost/pull.ts';
import { UserError } from '../../errors.ts';
import type { Parent } from '../../oci/image.ts';
import { normalPlatform, printPlatform } from '../../oci/platform.ts';
import type { Image, Platform, Reference, Repository } from '../../oci/types.ts';
import type { EnvironmentPlan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import { claimedBase } from '../../verify/claimed-base.ts';
import { lastEnvironment } from '../images/earlier-images.ts';

type Asked = Pick<Tools, 'registry'>;

/** The layers of a new environment and of the last one, as far as registries tell; what they do not tell is undefined. */
export async function pulledLayers(
  { base, fetches, build }: EnvironmentPlan,
  job: string,
  repository: Repository,
  tools: Asked,
): Promise<PulledLayers> {
  const [fresh, last] = await Promise.all([
    base?.digest === undefined ? undefined : read({ ...base.from, digest: base.digest }, tools),
    lastImage(job, build.platform, repository, tools),
  ]);
  const below = last === undefined ? undefined : claimedBase(last);
  const lastBase = below?.digest === undefined ? undefined : await read(below, tools);
  return {
    base: fresh?.manifest,
    last: last?.manifest,
    lastBase: lastBase?.manifest,
    packages: fetches.packages,
  };
}

async function lastImage(
  job: string,
  platform: Platform,
  repository: Repository,
  tools: Asked,
): Promise<Parent | undefined> {
  return await unlessRefused(async () => {
    const image = await lastEnvironment(job, repository, tools);
    if (image === undefined) return undefined;
    const manifests = await tools.registry.indexManifests(image);
    if (manifests === undefined) return await tools.registry.pull(image);
    const wanted = printPlatform(normalPlatform(platform));
    const own = manifests.find(
      (one) => one.platform && printPlatform(normalPlatform(one.platform)) === wanted,
    );
    return own === undefined ? undefined : await tools.registry.pull({ ...repository, digest: own.digest });
  });
}

async function read({ registry, path, digest }: Reference, tools: Asked): Promise<Parent | undefined> {
  if (digest === undefined) return undefined;
  const image: Image = { registry, path, digest };
  return await unlessRefused(() => tools.registry.pull(image));
}

/** What may not be read, or is gone, only leaves a number unknown. */
async function unlessRefused<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}
