import * as z from 'zod';

/** More is neither written nor read: a comment that nobody can look through helps nobody. */
export const MOST_JOBS = 50;
export const MOST_CHANGES = 200;

/** What turns the direction of a line, or is drawn as nothing, could show another text than there is. */
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .transform((value) => value.replace(UNSEEN, ''));
const count = z.int().nonnegative();

/** A package whose version moves; without `from` it is new, without `to` it is gone. */
const PackageChange = z.strictObject({
  name: text(200),
  from: text(200).optional(),
  to: text(200).optional(),
});
export type PackageChange = Readonly<z.output<typeof PackageChange>>;

const Packages = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pinned'),
    changes: z.array(PackageChange).max(MOST_CHANGES).readonly(),
    /** How many there are beside those. */
    more: count,
    /** Whether a lock pins all that is installed; else the rest is chosen when it is built. */
    whole: z.boolean(),
  }),
  /** Nothing pins them: which versions are taken is known when they are installed. */
  z.strictObject({ kind: z.literal('at-build') }),
  z.strictObject({ kind: z.literal('unknown') }),
]);
export type PackagesCost = Readonly<z.output<typeof Packages>>;

/** Bytes of the layers that a machine with the last image does not have yet. */
const Pull = z.strictObject({
  /** Layers of the base; undefined: nobody knows. */
  base: count.optional(),
  /** What stands on the base, by how much it was in the last image. */
  before: count.optional(),
  /** Packages that are certainly fetched for it, where there is no last image. */
  packages: count.optional(),
});
export type PullCost = Readonly<z.output<typeof Pull>>;

const Code = z.strictObject({ files: count, bytes: count });

const JobCost = z.strictObject({
  name: text(200),
  /** `environment` is built anew, with the code on it; only the `code` is; all of it is there; an image that is `given`. */
  made: z.enum(['environment', 'code', 'nothing', 'given', 'unknown']),
  why: text(2_000).optional(),
  packages: Packages.optional(),
  pull: Pull.optional(),
  /** Not compressed. */
  code: Code.optional(),
});
export type JobCost = Readonly<z.output<typeof JobCost>>;

/** What merging a change costs; a file of it may have been written by anybody. */
export const MergeCost = z.strictObject({
  version: z.literal(1),
  /** The files of the spec: a repository may have several. */
  spec: text(1_000),
  /** Number of the pull request. */
  pull: z.int().positive().optional(),
  jobs: z.array(JobCost).max(MOST_JOBS).readonly(),
  /** How many jobs there are beside those. */
  more: count,
});
export type MergeCost = Readonly<z.output<typeof MergeCost>>;
