import { askedOnce } from '../../asked-once.ts';
import { type Finding, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { sha256 } from '../../oci/digest.ts';
import type { ImageBytes, Parent } from '../../oci/image.ts';
import { printReference } from '../../oci/reference.ts';
import type { Descriptor, Digest, Image, Repository } from '../../oci/types.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { BuildTarget } from '../../tools/builder.ts';
import type { Pushed, StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import type { KnownIdentity } from './image-identity.ts';
import type { BuiltImagePlan, ImageName, ImageStore } from './image-store.ts';
import type { PushRight } from './push-right.ts';

export interface RegistryStoreOptions {
  readonly repository: Repository;
  readonly right: Pick<PushRight, 'require' | 'reading'>;
  /** Whether the builder's own cache is of no use. */
  readonly noCache: boolean;
}

/** One for each repository, written over, where an image cannot be pushed by its digest alone. Nothing reads it. */
export const TEMPORARY_TAG = 'jobimg.tmp';

/** Images of one repository. */
export class RegistryStore implements ImageStore {
  readonly target: Extract<BuildTarget, { kind: 'registry' }>;
  readonly find: (tag: string) => Promise<StoredImage | undefined>;
  readonly #options: RegistryStoreOptions;
  readonly #tools: Pick<Tools, 'registry' | 'builder'>;
  readonly #findings = new Findings();

  constructor(options: RegistryStoreOptions, tools: Pick<Tools, 'registry' | 'builder'>) {
    const { repository, right } = options;
    this.#options = options;
    this.#tools = tools;
    this.target = { kind: 'registry', repository };
    this.find = askedOnce((tag: string) => right.reading(() => tools.registry.find({ ...repository, tag })));
  }

  get findings(): readonly Finding[] {
    return this.#findings.all;
  }

  /** A registry keeps images of any platform. */
  async select(_: Job, plan: BuiltImagePlan): Promise<BuiltImagePlan> {
    return plan;
  }

  findDigest(digest: Digest): Promise<StoredImage | undefined> {
    return this.#tools.registry.find({ ...this.target.repository, digest });
  }

  /** The builder pushes under no tag that images are found by; what it pushed is read back before the real one is written. */
  async build(plan: BuildPlan, { id, tag }: KnownIdentity): Promise<Image> {
    const digest = await this.pushBuild(plan, id);
    const pushed = await this.findDigest(digest);
    if (pushed?.id !== id) throw notVerified(this.target.repository, digest, pushed);
    const before = await this.find(tag);
    return this.#accept(await this.#tools.registry.retag(pushed, tag, before?.digest), digest, tag);
  }

  /** By its digest, which is all that leads to it. */
  async pushBuild(plan: BuildPlan, id: Digest): Promise<Digest> {
    const { right, noCache } = this.#options;
    await right.require();
    const built = await this.#tools.builder.build({
      plan,
      id,
      to: { ...this.target, tag: TEMPORARY_TAG },
      noCache,
    });
    if (built.kind !== 'pushed') throw new Error(`the builder pushed nothing for ${id}`);
    return built.digest;
  }

  async put(image: ImageBytes, tag: string): Promise<Image> {
    const { repository } = this.target;
    const before = await this.find(tag);
    // A layer that was packed here is a function of the files; what is in an index was perhaps built, by others as well.
    const isSame = image.blobs.length > 0;
    const pushed = await this.#tools.registry.push(repository, image, tag, before?.digest, isSame);
    return this.#accept(pushed, sha256(image.manifest), tag);
  }

  parent(image: Image): Promise<Parent> {
    return this.#tools.registry.pull(image);
  }

  /** The right to push is asked for meanwhile. */
  async parentToPut(image: Image): Promise<Parent> {
    const { registry } = this.#tools;
    const [parent] = await Promise.all([
      registry.pull(image, { remembered: true }),
      registry.prepare(this.target.repository, 'pull,push'),
    ]);
    return parent;
  }

  descriptorOf(image: Image): Promise<Descriptor> {
    return this.#tools.registry.descriptorOf(image);
  }

  async indexManifests(image: Image): Promise<readonly Descriptor[]> {
    return (await this.#tools.registry.indexManifests(image)) ?? [];
  }

  baseReference(image: Image): Image {
    return image;
  }

  nameOf(image: Image): ImageName {
    const { registry, path, digest } = image;
    return { reference: printReference({ registry, path, digest }), image };
  }

  /** An image that another build pushed first under our tag is used, with a warning. */
  #accept({ image, other }: Pushed, ours: Digest, tag: string): Image {
    if (other !== undefined) warnOfOther(tag, ours, other, this.#findings);
    return image;
  }
}

function notVerified(repository: Repository, digest: Digest, pushed: StoredImage | undefined): UserError {
  const name = printReference({ ...repository, digest });
  const problem = pushed === undefined ? 'is not there' : 'is not what was built';
  return new UserError(`the image that the builder pushed as ${name} ${problem}`, {
    kind: 'unavailable',
    code: 'push-not-verified',
    hint: 'the registry lost or changed it: try again, and check the registry if it happens twice',
  });
}

function warnOfOther(tag: string, ours: Digest, other: Digest, findings: Findings): void {
  const message = `another build pushed ${other} to the tag ${tag} first; this build gave ${ours}, and the first image is used`;
  findings.warning('not-reproducible', message, {
    hint: 'something in the build is not pinned: packages without versions, downloads, or the time of day',
  });
}
