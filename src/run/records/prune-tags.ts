import type { Digest } from '../../oci/types.ts';

/** A tag of a repository, and what stands under it. */
export interface TaggedImage {
  readonly tag: string;
  readonly digest: Digest;
  /** The image that it stands on; undefined: it does not say. */
  readonly environment: Digest | undefined;
  /** Of an index: the images in it. */
  readonly parts: readonly Digest[];
  /** Whether there are records or outputs of runs of it. */
  readonly hasRuns: boolean;
}

const TEMPORARY = /^(?:jobimg\.tmp|.+-[0-9a-f]{16}\.(?:tmp|verify))$/;
const CONTENT = /^(?<job>.+)-[0-9a-f]{16}$/;
const ENVIRONMENT = /^env-[0-9a-f]{16}$/;

/** Whether a tag may go, as far as its name tells: what its records are is asked of these alone. */
export function isJobTag(tag: string): boolean {
  return CONTENT.test(tag) && !ENVIRONMENT.test(tag);
}

export interface Pruning {
  readonly tags: readonly TaggedImage[];
  /** Whether a manifest must stay when its tag goes: a tag that stays leads there, or `used` has it. */
  isNeeded(digest: Digest): boolean;
}

/**
 * The tags that nothing needs: those of single builds; of each job the images on another environment than the one that
 * was built last, unless a run of them has left something in the registry, another tag leads there, or `used` has them;
 * and environments below none of the images that stay. What is not known to be ours stays.
 */
export function prunableTags(images: readonly TaggedImage[], used: ReadonlySet<string>): Pruning {
  const ours = images.filter(({ tag }) => CONTENT.test(tag) || TEMPORARY.test(tag));
  const others = images.filter((image) => !ours.includes(image));
  const jobs = ours.filter(({ tag }) => isJobTag(tag));
  const kept = jobs.filter((image) => isKept(image, others, used));
  const needed = reachable([...others, ...kept], images);
  const isNeeded = (digest: Digest): boolean => needed.has(digest) || used.has(digest);
  return { tags: ours.filter(({ tag, digest }) => TEMPORARY.test(tag) || !isNeeded(digest)), isNeeded };
}

function isKept(image: TaggedImage, others: readonly TaggedImage[], used: ReadonlySet<string>): boolean {
  const last = others.filter(({ tag }) => isLastOf(tag, image));
  const isCurrent = last.some(({ digest, environment }) =>
    [digest, environment].includes(image.environment ?? image.digest),
  );
  return last.length === 0 || isCurrent || image.hasRuns || used.has(image.digest);
}

/** `<job>.last`, or `<job>.<8 hex digits>.last` where a repository has several specs. */
function isLastOf(tag: string, image: TaggedImage): boolean {
  const job = CONTENT.exec(image.tag)?.groups?.['job'];
  return job !== undefined && tag.replace(/(?:\.[0-9a-f]{8})?\.last$/, '') === job && tag.endsWith('.last');
}

/** The images, what they stand on, and what is in them. */
function reachable(from: readonly TaggedImage[], images: readonly TaggedImage[]): ReadonlySet<Digest> {
  const known = new Map(images.map((image) => [image.digest, image]));
  const found = new Set<Digest>();
  const waiting = from.map(({ digest }) => digest);
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (found.has(digest)) continue;
    found.add(digest);
    const { environment, parts = [] } = known.get(digest) ?? {};
    waiting.push(...parts, ...(environment === undefined ? [] : [environment]));
  }
  return found;
}
