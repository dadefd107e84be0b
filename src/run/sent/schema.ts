import * as z from 'zod';
import { WrittenPlatforms } from '../../fit/measured/platforms.ts';
import { PREFLIGHTS } from '../../jobspec/job/preflight.ts';
import { scalar } from '../../jobspec/rows/scalar.ts';
import * as names from '../../jobspec/values/names.ts';
import { parseMetricsPath } from '../../jobspec/values/paths.ts';
import { isDigest } from '../../oci/digest.ts';
import type { Digest } from '../../oci/types.ts';
import { Count, Resources, Seconds } from '../pending/schema.ts';

/**
 * One run as another place is to start it, on a machine that has nothing but this text and the image. It is read as what a
 * stranger may have written. No value of a secret stands in it.
 */

const Sha256 = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const Name = z.string().regex(/^[a-z0-9-]{1,64}$/);
const Text = z.string().max(1_000);
const Values = z.record(scalar(names.parseVariable), z.string());
/** As templates leave them. */
const OutputPath = z.string().min(1).max(4_096);

const Command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shell'), shell: z.enum(['bash', 'sh']), text: z.string() }),
  z.strictObject({ kind: z.literal('arguments'), words: z.array(z.string()).min(1) }),
]);

export const SentPlan = z.strictObject({
  /** Raised when a reader of an older one could misunderstand it. */
  version: z.literal(1),
  run: z.string().regex(/^[a-z0-9-]{1,52}$/),
  family: Name,
  hash: Sha256,
  job: scalar(names.parseJobName),
  leg: z
    .strictObject({ label: z.string().min(1).max(10_000), values: z.record(z.string(), Text) })
    .optional(),
  attempt: Count,
  retries: Count.optional(),
  /** By digest. */
  image: z.string().regex(/@sha256:[0-9a-f]{64}$/),
  platforms: z.array(scalar(names.parsePlatform)).optional(),
  command: Command,
  env: Values,
  shown: z.strictObject({ command: Command, env: Values, outputs: z.array(OutputPath) }),
  secrets: z.array(scalar(names.parseSecretName)).max(100),
  resources: Resources,
  preflight: z.enum(PREFLIGHTS).exclude(['error']).optional(),
  measured: WrittenPlatforms.optional(),
  user: Count.optional(),
  workdir: scalar(names.parseAbsolutePath).optional(),
  home: scalar(names.parseAbsolutePath),
  timeout: Seconds.positive(),
  'queue-timeout': Seconds.optional(),
  'stop-grace': Seconds,
  outputs: z.array(OutputPath).max(1_000),
  'outputs-from': z.union([z.literal('/'), scalar(names.parseAbsolutePath)]).optional(),
  'outputs-to': z.literal('registry').optional(),
  metrics: z.array(
    z.union([
      z.strictObject({ path: scalar(parseMetricsPath) }),
      z.strictObject({ stdout: z.string().max(500) }),
    ]),
  ),
  labels: z.record(z.string().regex(/^jobimg\.[a-z]{1,20}$/), Text),
  detached: z.literal(true).optional(),
  params: z.record(z.string(), z.string()).optional(),
  commit: z.string().max(64).optional(),
  base: Text.optional(),
});
export type SentPlan = z.output<typeof SentPlan>;
/** As it is written. */
export type WrittenPlan = z.input<typeof SentPlan>;
