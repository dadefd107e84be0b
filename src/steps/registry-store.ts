import { askedOnce } from '../asked-once.ts';
import { type Finding, UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { sha256 } from '../oci/digest.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest, Image, Repository } from '../oci/types.ts';
import type { BuildPlan, Identity } from '../plan/plan.ts';
import type { ImageBytes, Pushed, Tools } from '../tools.ts';
import { type Identified, identified } from './image-ids.ts';
import type { PushRight } from './push-right.ts';

export type Found = Awaited<ReturnType<Tools['registry']['find']>>;

/** Where images are kept, and whether they may be put there. */
export interface Place {
  readonly repository: Repository;
  readonly right: PushRight;
}

/** Images of one repository by their content tags: found, or put there. */
export interface RegistryStore {
  /** Whatever stands under the tag; asked once. */
  find(tag: string): Promise<Found>;
  /** The image under the tag when its id is the one that is asked for, and nothing else. */
  hit(identity: Identity): Promise<Image | undefined>;
  /** Built, read back, and put under its tag. */
  build(plan: BuildPlan, to: Identified): Promise<Image>;
  push(image: ImageBytes, tag: string): Promise<Image>;
  readonly findings: readonly Finding[];
}

export function registryStore({ repository, right }: Place, inputs: Inputs, tools: Tools): RegistryStore {
  const { registry, builder } = tools;
  const findings: Finding[] = [];
  const find = askedOnce((tag: string) => right.reading(() => registry.find({ ...repository, tag })));

  async function hit(identity: Identity): Promise<Image | undefined> {
    const { id, tag } = identified(identity);
    const found = await find(tag);
    return found?.id === id && !inputs.rebuild ? found : undefined;
  }

  /** The builder pushes under a throw-away tag; what it pushed is read back by digest before the real tag is written. */
  async function build(plan: BuildPlan, { id, tag }: Identified): Promise<Image> {
    await right.require();
    const to = { kind: 'registry', repository, tag: `${tag}.tmp` } as const;
    const built = await builder.build({ plan, id, to, noCache: inputs.rebuild });
    if (built.kind !== 'pushed') throw new Error(`the builder pushed nothing for ${tag}`);
    const { digest } = built;
    const pushed = await registry.find({ ...repository, digest });
    if (pushed?.id !== id) throw notVerified(repository, digest, pushed);
    return accepted(await registry.retag(pushed, tag, (await find(tag))?.digest), digest, tag);
  }

  async function push(image: ImageBytes, tag: string): Promise<Image> {
    const pushed = await registry.push(repository, image, tag, (await find(tag))?.digest);
    return accepted(pushed, sha256(image.manifest), tag);
  }

  /** Somebody else's image that came first under our tag is used, and said. */
  function accepted({ image, other }: Pushed, ours: Digest, tag: string): Image {
    if (other !== undefined) findings.push(notReproducible(tag, ours, other));
    return image;
  }

  return { find, hit, build, push, findings };
}

function notVerified(repository: Repository, digest: Digest, pushed: Found): UserError {
  const name = printReference({ ...repository, digest });
  const problem = pushed === undefined ? 'is not there' : 'is not what was built';
  return new UserError(`the image that the builder pushed as ${name} ${problem}`, {
    kind: 'unavailable',
    code: 'push-not-verified',
    hint: 'the registry lost or changed it: try again, and check the registry if it happens twice',
  });
}

function notReproducible(tag: string, ours: Digest, other: Digest): Finding {
  return {
    level: 'warning',
    code: 'not-reproducible',
    message: `another build pushed ${other} to the tag ${tag} first; this build gave ${ours}, and the first image is used`,
    hint: 'something in the build is not pinned: packages without versions, downloads, or the time of day',
  };
}
