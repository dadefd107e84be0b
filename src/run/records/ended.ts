import * as z from 'zod';
import { withoutUndefined } from '../../json.ts';
import { printReference } from '../../oci/reference.ts';
import type { EndedAttempt } from '../types/attempt.ts';
import type { HashedFile, RunMachine, RunResult } from '../types/result.ts';

/** Where it ran, as far as the place tells. */
const Machine = z.object({
  name: z.string().optional(),
  platform: z.string().optional(),
  cpus: z.number().optional(),
  /** Bytes. */
  memory: z.number().optional(),
  /** Those that the run was given, as the place names them. */
  gpus: z.array(z.string()).optional(),
});

export const Ended = z.object({
  at: z.string(),
  reason: z.string(),
  'exit-code': z.number().nullable(),
  detail: z.string().nullable(),
  /** Seconds. */
  duration: z.number(),
  /** The last value of each; none for one that JSON cannot say. */
  metrics: z.record(z.string(), z.number().nullable()),
  /** Relative to the folder of the run. */
  outputs: z.array(z.string()),
  /** The outputs with their hashes, as many as are hashed; none in records of earlier releases. */
  files: z.array(z.object({ path: z.string(), size: z.number(), sha256: z.string() })).optional(),
  /** The artifact in the registry that has them, by digest. */
  'outputs-artifact': z.string().optional(),
  /** Bytes of everything in that folder. */
  size: z.number(),
  machine: Machine.optional(),
  /** The attempts before it that `retry` made. */
  attempts: z
    .array(
      z.object({
        run: z.string(),
        reason: z.string(),
        'exit-code': z.number().nullable(),
        duration: z.number(),
      }),
    )
    .optional(),
  /** The course of each metric, as far as it is kept. */
  course: z.record(z.string(), z.array(z.number().nullable())).optional(),
});
export type Ended = z.infer<typeof Ended>;

/** What only the machine knows that keeps a run. */
export interface KeptFiles {
  readonly now: Date;
  /** Bytes of everything that is kept of it. */
  readonly size: number;
  readonly files: readonly HashedFile[];
}

/** How a run ended, as it is kept. */
export function endOf(result: RunResult, { now, size, files }: KeptFiles): Ended {
  const { run, duration, metrics, outputs, machine } = result;
  const course = metrics.filter(({ values }) => values.length > 1);
  return withoutUndefined({
    at: now.toISOString(),
    ...laterOf(result),
    duration,
    metrics: Object.fromEntries(
      metrics.flatMap(({ name, values }) => values.slice(-1).map((value) => [name, finite(value)])),
    ),
    outputs: [...outputs],
    ...(files.length === 0 ? {} : { files: files.map((file) => ({ ...file })) }),
    size,
    machine: machine && machineJson(machine),
    attempts: run.earlier?.map(attemptJson),
    ...(course.length === 0
      ? {}
      : { course: Object.fromEntries(course.map(({ name, values }) => [name, values.map(finite)])) }),
  });
}

/** What may change after the outputs were collected, because they are pushed. */
export function laterOf({
  verdict,
  outputsArtifact,
}: RunResult): Pick<Ended, 'reason' | 'exit-code' | 'detail' | 'outputs-artifact'> {
  return {
    reason: verdict.reason,
    'exit-code': verdict.exitCode ?? null,
    detail: verdict.detail ?? null,
    ...(outputsArtifact === undefined ? {} : { 'outputs-artifact': printReference(outputsArtifact) }),
  };
}

function machineJson({ gpus, ...machine }: RunMachine): NonNullable<Ended['machine']> {
  return withoutUndefined({ ...machine, gpus: gpus && [...gpus] });
}

/** null for what JSON cannot say. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function attemptJson({ run, verdict, duration }: EndedAttempt): NonNullable<Ended['attempts']>[number] {
  return { run, reason: verdict.reason, 'exit-code': verdict.exitCode ?? null, duration };
}
