import { byJob } from '../by-job.ts';

/** A run that has ended, as far as it matters for whether it is removed. */
export interface PruneCandidate {
  readonly run: string;
  /** undefined where no record tells. */
  readonly job: string | undefined;
  /** Milliseconds since 1970. */
  readonly ended: number;
  /** Bytes. */
  readonly size: number;
}

/** What a person wants gone; without either, no run is. */
export interface PruneRule {
  /** Milliseconds. */
  readonly olderThan?: number | undefined;
  /** So many of each job stay, however old they are. */
  readonly keep?: number | undefined;
}

/** The runs that go: never the last of a job, and with both rules only those that both let go. */
export function prunableRuns(
  runs: readonly PruneCandidate[],
  { olderThan, keep }: PruneRule,
  now: number,
): readonly PruneCandidate[] {
  if (olderThan === undefined && keep === undefined) return [];
  const later = byJob(runs, ({ job }) => job ?? '').flatMap((own) =>
    own.toSorted((a, b) => b.ended - a.ended).slice(Math.max(1, keep ?? 1)),
  );
  return later
    .filter(({ ended }) => olderThan === undefined || now - ended > olderThan)
    .toSorted((a, b) => a.ended - b.ended);
}

/** An image of ours in the local engine. */
export interface LocalImage {
  readonly id: string;
  /** Without the repository: `train-<16 hex>`, `env-<16 hex>`. */
  readonly tags: readonly string[];
  /** Milliseconds since 1970: when it was put there. */
  readonly made: number;
  /** Bytes. */
  readonly size: number;
  readonly layers: readonly string[];
}

/** Somebody may be about to start what was made so recently, in milliseconds. */
const FRESH = 3_600_000;
const ENVIRONMENT = /^env-[0-9a-f]{16}$/;

/**
 * The images that nothing needs: no container, no run that is kept, and no later build. The last one of each job stays,
 * and so does the environment of every image that stays. `used` are ids.
 */
export function prunableImages(
  images: readonly LocalImage[],
  used: ReadonlySet<string>,
  now: number,
): readonly LocalImage[] {
  const last = new Map<string, LocalImage>();
  for (const image of images.toSorted((a, b) => a.made - b.made))
    for (const tag of image.tags.filter((one) => !ENVIRONMENT.test(one))) last.set(jobOf(tag), image);
  const isKept = (image: LocalImage): boolean =>
    used.has(image.id) || now - image.made < FRESH || [...last.values()].includes(image);
  const kept = images.filter(isKept);
  return images.filter((image) => !isKept(image) && !kept.some((one) => isBelow(image, one)));
}

function jobOf(tag: string): string {
  return tag.replace(/-[0-9a-f]{16}$/, '');
}

/** Whether the other one was made on top of it. */
function isBelow({ layers }: LocalImage, other: LocalImage): boolean {
  return layers.length > 0 && layers.every((layer, index) => layer === other.layers[index]);
}
