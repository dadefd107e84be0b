import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { isDigest } from '../../oci/digest.ts';
import { printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Image } from '../../oci/types.ts';
import type {
  BuildPlan,
  EnvironmentPlan,
  Identity,
  LayerPlan,
  PlatformImagePlan,
  StepsPlan,
} from '../../plan/plan.ts';
import type { StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import type { VerifiedImage } from '../../verify/verified.ts';
import type { EarlierImages } from '../images/earlier-images.ts';
import { layerImage } from '../images/image-bytes.ts';
import { identified, type KnownIdentity } from '../images/image-identity.ts';
import { findImage } from '../images/image-store.ts';
import type { RegistryStore } from '../images/registry-store.ts';
import { compareSides, madeSide, nameOf, type Side, storedSide } from './compare-sides.ts';

export interface CheckContext {
  /** What was published; it is only read. */
  readonly published: RegistryStore;
  /** Where images are built again: beside the published ones, or in a repository of its own. */
  readonly rebuilt: RegistryStore;
  readonly earlier: EarlierImages;
  readonly tools: Tools;
}

/** An image that was published for a job. */
export interface PublishedImage {
  readonly job: string;
  readonly image: StoredImage;
  /** Where it is one of several. */
  readonly platform?: string | undefined;
}

type NameOf = Pick<PublishedImage, 'platform'> & { readonly tag: string };

const EXAMPLE = '`jobimg verify <repository>@sha256:…`';

/** Checks of images for one platform, and what those of an index are made of. */
export class ImageChecks {
  readonly #context: CheckContext;
  /** Jobs may share an environment. */
  readonly #checkEnvironment = askedOnce(
    async (plan: EnvironmentPlan, there: Image, platform: string | undefined) => {
      const to = identified(plan);
      return this.#compare({ tag: to.tag, platform }, there, await this.#rebuild(plan.build, to));
    },
    (plan) => identified(plan).tag,
  );

  constructor(context: CheckContext) {
    this.#context = context;
  }

  /** What was published; an error says why there is nothing. */
  async find(identity: Identity, job: string, environment: Identity): Promise<StoredImage> {
    const { published } = this.#context;
    const found = await findImage(identity, published);
    if (found !== undefined) return found;
    const why = await this.#whyNot(identity, job, environment);
    const since = why === undefined ? '' : `; since the last one was built: ${why.replace(/^rebuilt: /, '')}`;
    const { tag } = identified(identity);
    const name = printReference({ ...published.target.repository, tag });
    throw new UserError(`this commit has no image at ${name}${since}`, {
      code: 'not-published',
      hint: `name the image that was published by its digest, and it is rebuilt on the bases that it names: ${EXAMPLE}; or publish this commit with \`jobimg build\``,
    });
  }

  /** Most often the base moved since, or the code is another one. */
  async #whyNot(identity: Identity, job: string, environment: Identity): Promise<string | undefined> {
    const { published, earlier } = this.#context;
    const isSameEnvironment =
      identity !== environment && (await findImage(environment, published)) !== undefined;
    return isSameEnvironment ? earlier.whyImage(job, identity) : earlier.whyEnvironment(job, environment);
  }

  /** The environment that an image says it stands on; else what is under the tag. */
  async environmentOf(plan: Identity, { job, image }: PublishedImage): Promise<StoredImage> {
    const digest = image.annotations.get(ANNOTATION.environment);
    const found = isDigest(digest) ? await this.#context.published.findDigest(digest) : undefined;
    return found ?? this.find(plan, job, plan);
  }

  /** The environment, then the image on it. */
  async check(plan: PlatformImagePlan, there: PublishedImage): Promise<readonly VerifiedImage[]> {
    const { image, platform } = there;
    if (plan.kind === 'environment') return [await this.#checkEnvironment(plan.environment, image, platform)];

    const environment = await this.environmentOf(plan.environment, there);
    const first = await this.#checkEnvironment(plan.environment, environment, platform);
    return [first, await this.#checkOwn(plan, there, environment)];
  }

  /** Made again on the environment that is published, so that each of both has its own verdict. */
  async #checkOwn(
    plan: LayerPlan | StepsPlan,
    { image, platform }: PublishedImage,
    environment: Image,
  ): Promise<VerifiedImage> {
    const { published, tools } = this.#context;
    const to = identified(plan);
    const parent = await published.parent(environment);
    const made =
      plan.kind === 'layer'
        ? await madeSide(
            layerImage(parent, await tools.source.pack(plan.layers), plan),
            parent,
            tools.registry,
          )
        : await this.#rebuild(plan.build(published.baseReference(environment)), to);
    return this.#compare({ tag: to.tag, platform }, image, made);
  }

  async #compare(name: NameOf, there: Image, rebuilt: Side): Promise<VerifiedImage> {
    const { tools } = this.#context;
    const sides = { ...name, published: await storedSide(there, tools.registry), rebuilt };
    const verified = await compareSides(sides, tools);
    if (verified.verdict === 'same') {
      tools.host.info(`${nameOf(name)}: ${there.digest} is what this commit gives`);
    }
    return verified;
  }

  /** No tag leads to it. */
  async #rebuild(plan: BuildPlan, { id }: KnownIdentity): Promise<Side> {
    const { rebuilt, tools } = this.#context;
    const digest = await rebuilt.pushBuild(plan, id);
    return storedSide({ ...rebuilt.target.repository, digest }, tools.registry);
  }
}
