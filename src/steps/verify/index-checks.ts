import { allOrErrors } from '../../all-or-errors.ts';
import { UserError } from '../../errors.ts';
import { sha256 } from '../../oci/digest.ts';
import { printPlatform } from '../../oci/platform.ts';
import type { Descriptor, Digest, Image } from '../../oci/types.ts';
import { identityOf } from '../../plan/images/index-image.ts';
import type { IndexPlan, PlatformPlan } from '../../plan/plan.ts';
import type { StoredImage } from '../../tools/registry.ts';
import { compareIndexes } from '../../verify/compare-indexes.ts';
import { reportIndex } from '../../verify/report.ts';
import type { VerifiedImage } from '../../verify/verified.ts';
import { type IndexedImage, type IndexOptions, indexContent, indexImage } from '../images/image-bytes.ts';
import { identified } from '../images/image-identity.ts';
import type { CheckContext, ImageChecks, PublishedImage } from './image-checks.ts';

/** The images of one platform that were checked: its environment first, its own last. */
interface CheckedPlatform extends Pick<PlatformPlan, 'platform'> {
  readonly images: readonly VerifiedImage[];
}

/** Checks of an index: every image that it holds, and then whether it holds just those. */
export class IndexChecks {
  readonly #context: CheckContext;
  readonly #checks: ImageChecks;

  constructor(context: CheckContext, checks: ImageChecks) {
    this.#context = context;
    this.#checks = checks;
  }

  async check(plan: IndexPlan, there: PublishedImage): Promise<readonly VerifiedImage[]> {
    const manifests = await this.#context.published.indexManifests(there.image);
    const platforms = await allOrErrors(
      plan.platforms.map((one) => this.#checkPlatform(one, manifests, there)),
    );
    const images = platforms.flatMap((platform) => platform.images);
    const own = this.#indexed(platforms, (checked) => checked.at(-1));
    if (plan.platforms.every(({ image }) => image.kind === 'environment')) {
      return [
        ...images,
        await this.#checkIndex(there.image, own, { identity: plan, environment: undefined }),
      ];
    }
    const environment = await this.#checks.environmentOf(plan.environment, there);
    const environments = this.#indexed(platforms, ([first]) => first);
    return [
      ...images,
      await this.#checkIndex(environment, environments, {
        identity: plan.environment,
        environment: undefined,
      }),
      await this.#checkIndex(there.image, own, { identity: plan, environment: environment.digest }),
    ];
  }

  async #checkPlatform(
    { platform, image }: PlatformPlan,
    manifests: readonly Descriptor[],
    index: PublishedImage,
  ): Promise<CheckedPlatform> {
    const name = printPlatform(platform);
    const { id, tag } = identified(identityOf(image));
    const entry = manifests.find((one) => one.platform !== undefined && printPlatform(one.platform) === name);
    const stored = entry && (await this.#context.published.findDigest(entry.digest));
    if (stored === undefined || stored.id !== id) throw notOurs(tag, name, index.image);
    const published = { job: index.job, image: stored, platform: name };
    return { platform, images: await this.#checks.check(image, published) };
  }

  async #checkIndex(
    there: StoredImage,
    images: readonly IndexedImage[],
    options: IndexOptions,
  ): Promise<VerifiedImage> {
    const { published: store, tools } = this.#context;
    const { tag } = identified(options.identity);
    const published = there.digest;
    const content = await indexContent(images, options, store);
    const rebuilt = sha256(indexImage(content).manifest);
    if (rebuilt === published) {
      tools.host.info(`${tag}: ${published} is what this commit gives`);
      return { tag, published, rebuilt, verdict: 'same', findings: [] };
    }
    const held = { manifests: await store.indexManifests(there), annotations: there.annotations };
    const findings = reportIndex(tag, compareIndexes(held, content));
    return { tag, published, rebuilt, verdict: 'different', findings };
  }

  /** As they were published. */
  #indexed(
    platforms: readonly CheckedPlatform[],
    choose: (images: CheckedPlatform['images']) => VerifiedImage | undefined,
  ): readonly IndexedImage[] {
    const { repository } = this.#context.published.target;
    return platforms.map(({ platform, images }) => ({
      platform,
      image: { ...repository, digest: publishedOf(choose(images)) },
    }));
  }
}

function publishedOf(image: VerifiedImage | undefined): Digest {
  if (image === undefined) throw new Error('a check has an image');
  return image.published;
}

function notOurs(tag: string, platform: string, { registry, path, digest }: Image): UserError {
  return new UserError(
    `${tag} (${platform}): the index ${registry}/${path}@${digest} has no image of this commit for it`,
    { code: 'image-differs', hint: 'publish it again with `jobimg build --rebuild`' },
  );
}
