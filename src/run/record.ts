import * as z from 'zod';
import { readJson, withoutUndefined } from '../json.ts';
import type { Digest } from '../oci/types.ts';
import { KeptPlan, keptPlan, madeFrom } from './kept-plan.ts';
import type { Owner } from './owner-process.ts';
import { Ended, endOf, type KeptFiles, laterOf } from './records/ended.ts';
import type { GitHubRun } from './run-id.ts';
import type { Handle } from './types/handle.ts';
import type { RunPlan } from './types/plan.ts';
import type { RunResult } from './types/result.ts';

/**
 * What a machine keeps of a run: while it lives, for the post step, a later start and `jobimg stop`; and, once it has
 * ended, its result. No value of a secret stands in it; one of the caller's environment only where it names an output.
 */

const Sha256 = z.custom<Digest>((value) => typeof value === 'string' && /^sha256:[0-9a-f]+$/.test(value));
/** It becomes a part of paths. */
const RunId = z.string().regex(/^[a-z0-9-]{1,52}$/);

export const HandleSchema = z.object({
  backend: z.string(),
  run: RunId,
  name: z.string(),
  hash: Sha256,
  native: z.record(z.string(), z.string()),
});

export const OwnerSchema = z.object({
  pid: z.number(),
  host: z.string(),
  boot: z.string(),
  namespace: z.string(),
  started: z.string(),
});

export const RunRecord = z.object({
  /** Raised when a reader of an older one could misunderstand it. */
  version: z.literal(1),
  run: RunId,
  /** When it was handed to the backend first. */
  started: z.string(),
  /** The folder of the repository, and its name on GitHub. */
  folder: z.string(),
  repository: z.string().optional(),
  /** The workflow that called; none: a person, or another CI. */
  github: z
    .object({ 'run-id': z.string(), attempt: z.string(), job: z.string(), action: z.string() })
    .optional(),
  /** The process that follows it. */
  owner: OwnerSchema,
  handle: HandleSchema,
  plan: KeptPlan,
  /** All of them, the matrix's too, as the spec or the caller writes them; none in records of earlier releases. */
  params: z.record(z.string(), z.string()).optional(),
  /** The commit of the code. */
  commit: z.string().optional(),
  /** The base image, by name and digest. */
  base: z.string().optional(),
  /** It goes on without its process, which is as it should be. */
  detached: z.boolean().optional(),
  ended: Ended.optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Who starts a run, and where. */
export interface RecordContext {
  readonly folder: string;
  readonly repository?: string | undefined;
  readonly github?: GitHubRun | undefined;
  readonly owner: Owner;
  readonly now: Date;
}

/** The record of a run that starts now. */
export function recordOf(run: RunPlan, handle: Handle, starting: RecordContext): RunRecord {
  const { folder, repository, github, owner, now } = starting;
  return withoutUndefined({
    version: 1,
    run: run.id,
    started: now.toISOString(),
    folder,
    repository,
    github: github && githubOf(github),
    owner,
    handle: { ...handle, native: { ...handle.native } },
    plan: keptPlan(run),
    ...madeFrom(run),
  });
}

function githubOf({ runId, runAttempt, job, action }: GitHubRun): NonNullable<RunRecord['github']> {
  return { 'run-id': runId, attempt: runAttempt, job, action };
}

/** What stays of a run. */
export function endedRecord(record: RunRecord, result: RunResult, kept: KeptFiles): RunRecord {
  return { ...record, ended: endOf(result, kept) };
}

/** The same with what was learned of the run later. */
export function amendedRecord(record: RunRecord, result: RunResult): RunRecord {
  return record.ended === undefined ? record : { ...record, ended: { ...record.ended, ...laterOf(result) } };
}

/** What may leave the machine with the outputs: how the run was started and how it ended, and nothing of who follows it. */
export function withoutMachine({ folder: _, owner: __, handle: ___, ...record }: RunRecord): object {
  return record;
}

/** undefined for a text that is torn, of another version, or not ours: it names no run. */
export function parseRecord(text: string): RunRecord | undefined {
  return readJson(RunRecord, text);
}
