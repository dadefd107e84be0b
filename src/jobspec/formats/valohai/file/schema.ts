import * as z from 'zod';
import { text } from '../../../rows/scalar.ts';
import { flag } from '../../python/flag.ts';
import { anything, enumOf, name, number, textOrTexts, texts } from './schema-fields.ts';
import { Bounds, OVERRIDABLE, Resources, Step } from './step-schema.ts';

const Rules = z.strictObject({
  base: number.optional(),
  count: number.optional(),
  distribution: text.optional(),
  end: number.optional(),
  integerify: flag.optional(),
  items: texts.optional(),
  max: number.optional(),
  min: number.optional(),
  numberify: flag.optional(),
  seed: number.optional(),
  start: number.optional(),
  step: number.optional(),
  value: text.optional(),
});

const Task = z.strictObject({
  name,
  step: text,
  type: text.optional(),
  description: text.optional(),
  parameters: z
    .array(
      z.strictObject({
        name,
        style: enumOf('single', 'multiple', 'linear', 'logspace', 'random').optional(),
        rules: Rules,
      }),
    )
    .optional(),
  'parameter-sets': z.array(z.record(z.string(), anything)).optional(),
  engine: text.optional(),
  'execution-batch-size': number.optional(),
  'execution-count': number.optional(),
  'maximum-queued-executions': number.optional(),
  'on-child-error': text.optional(),
  'optimization-target-metric': text.optional(),
  'optimization-target-value': number.optional(),
  'reuse-children': flag.optional(),
  'stop-condition': text.optional(),
});
export type TaskFields = z.infer<typeof Task>;

// biome-ignore lint/suspicious/noThenProperty: Valohai's word, and never awaited
const Action = z.strictObject({ when: textOrTexts, if: textOrTexts.optional(), then: textOrTexts });

const Node = z.strictObject({
  name,
  type: enumOf('execution', 'task', 'deployment'),
  step: text.optional(),
  task: text.optional(),
  deployment: text.optional(),
  aliases: texts.optional(),
  endpoints: texts.optional(),
  actions: z.array(Action).optional(),
  commit: text.optional(),
  'edge-merge-mode': enumOf('replace', 'append').optional(),
  'on-error': enumOf('stop-all', 'stop-next', 'continue', 'retry').optional(),
  override: z.strictObject(OVERRIDABLE).optional(),
});

const Pipeline = z.strictObject({
  name,
  nodes: z.array(Node),
  edges: z.array(
    z.union([texts, z.strictObject({ source: text, target: text, configuration: anything.optional() })]),
  ),
  parameters: z
    .array(
      z.strictObject({
        name,
        target: text.optional(),
        targets: textOrTexts.optional(),
        default: anything.optional(),
        category: text.optional(),
        description: text.optional(),
      }),
    )
    .optional(),
  'reuse-executions': flag.optional(),
});
export type PipelineFields = z.infer<typeof Pipeline>;

const Endpoint = z.strictObject({
  name,
  image: text,
  description: text.optional(),
  files: z
    .array(z.strictObject({ name: text, path: text.optional(), description: text.optional() }))
    .optional(),
  'node-selector': text.optional(),
  port: number.optional(),
  resources: Resources.extend({ 'ephemeral-storage': Bounds.optional() }).optional(),
  'server-command': textOrTexts.optional(),
  tolerations: z.array(z.record(z.string(), anything)).optional(),
  wsgi: text.optional(),
});

const Deployment = z.strictObject({ name, defaults: anything.optional() });

/**
 * What the items of a `valohai.yaml` may hold: https://docs.valohai.com/hc/en-us/articles/18704261398289
 * Each item is a mapping with one of these keys, looked for in this order.
 */
export const ITEMS = {
  step: z.object({ step: Step }),
  task: z.object({ task: Task }),
  endpoint: z.object({ endpoint: Endpoint }),
  pipeline: z.object({ pipeline: Pipeline }),
  blueprint: z.object({ blueprint: Pipeline }),
  deployment: z.object({ deployment: Deployment }),
} as const;
