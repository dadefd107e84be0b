import type { Finding } from '../../errors.ts';
import type { SpecFile } from '../file/spec-file.ts';
import type { MadeJob } from '../make/make-job.ts';

/** What the caller adds to the file. */
export interface Additions {
  /** Values of params, as they were written. */
  readonly params?: ReadonlyMap<string, string> | undefined;
  /** Values by dotted path, read as YAML; `image` replaces the image. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
  /** A file whose keys are defaults below the spec's own. */
  readonly defaults?: SpecFile | undefined;
  /** The repository's name, for a job that has none. */
  readonly repositoryName?: string | undefined;
  /** Whether the jobs are to be run: then each needs a command and a value for every param. */
  readonly toRun?: boolean | undefined;
}

export interface Choice extends Additions {
  /** A name, or `all`; undefined: all of them, or the only one when they are to be run. */
  readonly job?: string | undefined;
}

/** A spec that was read without an error. */
export interface ParsedSpec {
  readonly file: SpecFile;
  readonly format: string;
  /** In the order of the file; undefined: the file itself is the one job. */
  readonly jobs: readonly string[] | undefined;
  /** Other names by which a job may be asked for. */
  readonly aliases?: ReadonlyMap<string, string> | undefined;
  /** Warnings. */
  readonly findings: readonly Finding[];
  /** One of the jobs with what the caller adds; findings of level error say that it cannot be used. */
  readonly make: (
    job: string | undefined,
    additions: Additions,
  ) => MadeJob | { readonly findings: readonly Finding[] };
}
