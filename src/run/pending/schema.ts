import * as z from 'zod';
import { BACKENDS } from '../../backends/types/table.ts';
import { UserError } from '../../errors.ts';
import { WrittenPlatforms } from '../../fit/measured/platforms.ts';
import { BACKEND_NAMES } from '../../jobspec/job/backend-names.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import { PREFLIGHTS } from '../../jobspec/job/preflight.ts';
import { RETRY_CAUSES } from '../../jobspec/job/retry.ts';
import { isOfType } from '../../jobspec/params/params.ts';
import { schemaOf } from '../../jobspec/rows/row.ts';
import { scalar } from '../../jobspec/rows/scalar.ts';
import { parseGpuName } from '../../jobspec/values/gpu.ts';
import { parseInputSource } from '../../jobspec/values/input-source.ts';
import { parseMountSource, parseMountTarget } from '../../jobspec/values/mount-points.ts';
import * as names from '../../jobspec/values/names.ts';
import { parseOutputsTo } from '../../jobspec/values/outputs-to.ts';
import { parseCheckpoint, parseFilePath, parseMetricsPath } from '../../jobspec/values/paths.ts';

/**
 * A job whose image is made and whose run is to be started by another job of the workflow, which has no checkout: the
 * texts of the spec with their placeholders, because ids and the caller's variables are known there only. It is read as
 * what a stranger may have written.
 */

/** Longer than any duration that a spec can say. */
const LONGEST = 400 * 24 * 3_600;
const MOST_LEGS = 256;
const MOST_NODES = 1_000;

export const Seconds = z.number().nonnegative().max(LONGEST);
export const Count = z.int().positive();
const RangeOf = (bound: z.ZodNumber) => z.strictObject({ min: bound.optional(), max: bound.optional() });
const Amount = RangeOf(z.number().nonnegative().max(Number.MAX_SAFE_INTEGER));

const Placeholder = z.strictObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)?$/),
  raw: z.boolean(),
  quote: z.enum(['none', 'single', 'double']).optional(),
});
const Template = z.array(z.union([z.string(), Placeholder]));

const Command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shell'), shell: z.enum(['bash', 'sh']), lines: z.array(Template) }),
  z.strictObject({ kind: z.literal('arguments'), words: z.array(Template).min(1) }),
]);

const Param = z
  .strictObject({ type: z.enum(['string', 'int', 'float', 'bool']), text: z.string() })
  .refine(isOfType);
const Params = z.record(scalar(names.parseParamName), Param);
/** null: it comes from the caller. */
const Env = z.record(scalar(names.parseVariable), Template.nullable());

const Gpu = z.strictObject({
  count: RangeOf(z.int().nonnegative().max(64)),
  names: z.array(scalar(parseGpuName)),
  memory: Amount.optional(),
  'compute-capability': z.string().max(40).optional(),
  driver: z.string().max(40).optional(),
  vendor: z.string().max(40).optional(),
  optional: z.boolean(),
});

export const Resources = z.strictObject({
  gpu: Gpu.optional(),
  cpu: Amount.optional(),
  memory: Amount.optional(),
  disk: Amount.optional(),
  shm: z.number().positive().optional(),
});

/** Options as a spec writes them, read by the backend's own rows. */
const Backend = z
  .strictObject({ name: z.enum(BACKEND_NAMES), options: z.record(z.string(), z.unknown()) })
  .transform(({ name, options }, context): BackendChoice => {
    const read = schemaOf(BACKENDS[name].options).safeParse(options);
    if (read.success) return { name, options: { ...read.data } };
    for (const { message, path } of read.error.issues)
      context.addIssue({ code: 'custom', message, path: ['options', ...path] });
    return z.NEVER;
  });

/** Only what has an address: files of the repository are not there. */
const Input = z.strictObject({
  name: scalar(names.parseParamName),
  from: z.strictObject({ url: scalar(parseAddress) }),
  sha256: scalar(names.parseSha256).optional(),
  file: scalar(parseFilePath),
});

function parseAddress(text: string): string {
  const source = parseInputSource(text);
  if ('url' in source) return source.url;
  throw new UserError(`"${text}" is not an address`);
}

const Mount = z.strictObject({
  from: scalar(parseMountSource),
  to: scalar(parseMountTarget),
  'read-only': z.boolean(),
});

const Cache = z.strictObject({
  name: scalar(names.parseParamName),
  path: scalar(parseMountTarget),
  env: scalar(names.parseVariable).optional(),
});

const Leg = z.strictObject({
  label: z.string().min(1).max(10_000),
  values: z.record(z.string(), z.string()),
  params: Params,
  command: Command.optional(),
  env: Env.optional(),
});

export const PendingJob = z.strictObject({
  /** Raised when a reader of an older one could misunderstand it. */
  version: z.literal(1),
  name: scalar(names.parseJobName),
  /** By digest. */
  image: z.string().regex(/@sha256:[0-9a-f]{64}$/),
  /** What the image stands on, for the record of a run. */
  base: z.string().max(1_000).optional(),
  platforms: z.array(scalar(names.parsePlatform)).optional(),
  user: Count.optional(),
  workdir: scalar(names.parseAbsolutePath).optional(),
  home: scalar(names.parseAbsolutePath),
  command: Command,
  params: Params,
  env: Env,
  secrets: z.array(
    z.strictObject({
      name: scalar(names.parseSecretName),
      required: z.boolean(),
      description: z.string().optional(),
    }),
  ),
  resources: Resources,
  nodes: z.strictObject({ count: Count.max(MOST_NODES), outputs: z.enum(['first', 'all']) }).optional(),
  preflight: z.enum(PREFLIGHTS),
  /** What was read in the image, by platform. */
  measured: WrittenPlatforms.optional(),
  timeout: Seconds.positive(),
  'queue-timeout': Seconds.optional(),
  'stop-grace': Seconds,
  retry: z
    .strictObject({ max: Count.max(1_000), on: z.array(z.enum(RETRY_CAUSES)), backoff: Seconds })
    .optional(),
  checkpoint: scalar(parseCheckpoint).optional(),
  outputs: z.strictObject({
    paths: z.array(Template),
    declared: z.boolean(),
    from: scalar(names.parseAbsolutePath).optional(),
    to: scalar(parseOutputsTo).optional(),
  }),
  metrics: z
    .union([
      z.strictObject({ path: scalar(parseMetricsPath) }),
      z.strictObject({ stdout: z.string().max(500) }),
    ])
    .optional(),
  backend: Backend,
  inputs: z.array(Input).optional(),
  mounts: z.array(Mount).optional(),
  caches: z.array(Cache).optional(),
  strategy: z
    .strictObject({
      legs: z.array(Leg).min(1).max(MOST_LEGS),
      'max-parallel': Count.optional(),
      'fail-fast': z.boolean(),
    })
    .optional(),
});
export type PendingJob = z.output<typeof PendingJob>;
/** As it is written. */
export type WrittenJob = z.input<typeof PendingJob>;

/** A job that no other job of the workflow can start, and why. */
export const ProblemJob = z.strictObject({ name: z.string(), problem: z.string() });
export type ProblemJob = z.infer<typeof ProblemJob>;
