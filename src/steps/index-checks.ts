import { UserError } from '../errors.ts';
import { sha256 } from '../oci/digest.ts';
import { makeIndex } from '../oci/image-index.ts';
import { printPlatform } from '../oci/platform.ts';
import { ANNOTATION, type Descriptor, type Digest, type Platform } from '../oci/types.ts';
import { identityOf } from '../plan/index-image.ts';
import type { Identity, IndexPart, IndexPlan } from '../plan/plan.ts';
import type { Tools } from '../tools.ts';
import { compareIndexes } from '../verify/compare-indexes.ts';
import { reportIndex } from '../verify/report.ts';
import type { VerifiedImage } from '../verify/verified.ts';
import { allOrErrors } from './all-or-errors.ts';
import type { ImageChecks, Stored } from './image-checks.ts';
import { identified } from './image-ids.ts';

/** Checks of an index: every image below it, and then whether it holds just those. */
export interface IndexChecks {
  check(plan: IndexPlan, there: Stored, job: string): Promise<readonly VerifiedImage[]>;
}

/** An image below an index, as it was published. */
interface Below {
  readonly platform: Platform;
  readonly digest: Digest;
}

export function indexChecks(checks: ImageChecks, { registry, host }: Tools): IndexChecks {
  async function check(plan: IndexPlan, there: Stored, job: string): Promise<readonly VerifiedImage[]> {
    const below = (await registry.indexManifests(there)) ?? [];
    const parts = await allOrErrors(plan.parts.map((part) => checkPart(part, { below, there, job })));
    const own = parts.map(({ platform, images }) => ({ platform, digest: publishedOf(images.at(-1)) }));
    const images = parts.flatMap((part) => part.images);
    if (plan.parts.every(({ image }) => image.kind === 'environment')) {
      return [...images, await checkIndex(plan, there, own, new Map())];
    }
    const environment = await checks.environmentOf(plan.environment, job, there.annotations);
    const environments = parts.map((part) => ({
      platform: part.platform,
      digest: publishedOf(part.images[0]),
    }));
    return [
      ...images,
      await checkIndex(plan.environment, environment, environments, new Map()),
      await checkIndex(plan, there, own, new Map([[ANNOTATION.environment, environment.digest]])),
    ];
  }

  interface Around {
    readonly below: readonly Descriptor[];
    readonly there: Stored;
    readonly job: string;
  }

  async function checkPart({ platform, image }: IndexPart, { below, there, job }: Around) {
    const name = printPlatform(platform);
    const { id, tag } = identified(identityOf(image));
    const entry = below.find((one) => one.platform !== undefined && printPlatform(one.platform) === name);
    const { registry: address, path } = there;
    const stored = entry && (await registry.find({ registry: address, path, digest: entry.digest }));
    if (stored?.id !== id) throw notOurs(tag, name, there);
    return { platform, images: await checks.check(image, stored, job, name) };
  }

  async function checkIndex(
    identity: Identity,
    there: Stored,
    below: readonly Below[],
    annotations: ReadonlyMap<string, string>,
  ): Promise<VerifiedImage> {
    const { id, tag } = identified(identity);
    const { registry: address, path, digest: published } = there;
    const entries = await Promise.all(
      below.map(async ({ platform, digest }) => ({
        ...(await registry.descriptorOf({ registry: address, path, digest })),
        platform,
      })),
    );
    const own = new Map([...annotations, [ANNOTATION.id, id], [ANNOTATION.inputs, identity.carried]]);
    const { manifest } = makeIndex(entries, own);
    const rebuilt = sha256(manifest);
    if (rebuilt === published) {
      host.info(`${tag}: ${published} is what this commit gives`);
      return { tag, published, rebuilt, verdict: 'same', findings: [] };
    }
    const differences = compareIndexes(
      { manifests: (await registry.indexManifests(there)) ?? [], annotations: there.annotations },
      { manifests: entries, annotations: own },
    );
    return { tag, published, rebuilt, verdict: 'different', findings: reportIndex(tag, differences) };
  }

  return { check };
}

function publishedOf(image: VerifiedImage | undefined): Digest {
  if (image === undefined) throw new Error('a check has an image');
  return image.published;
}

function notOurs(tag: string, platform: string, { registry, path, digest }: Stored): UserError {
  return new UserError(
    `${tag} (${platform}): the index ${registry}/${path}@${digest} has no image of this commit for it`,
    { code: 'image-differs', hint: 'publish it again with `jobimg build --rebuild`' },
  );
}
