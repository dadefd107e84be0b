import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { flag, scalar, text } from '../../fields/scalar.ts';
import { parseName } from './words.ts';

/**
 * What the items of a `valohai.yaml` may hold: https://docs.valohai.com/hc/en-us/articles/18704261398289
 * Scalars come in as their text; what they are in Python is told by the nodes.
 */
const name = scalar(parseName);
const number = scalar(parseNumber);
const anything = z.unknown();
const texts = z.array(text);
const textOrTexts = z.union([text, texts]);
const enumOf = <const W extends readonly [string, ...string[]]>(...words: W) => z.enum(words);

const Parameter = z.strictObject({
  name,
  type: enumOf('string', 'integer', 'float', 'flag').optional(),
  default: anything.optional(),
  optional: flag.optional(),
  min: number.optional(),
  max: number.optional(),
  choices: texts.optional(),
  description: text.optional(),
  category: text.optional(),
  'pass-as': text.optional(),
  'pass-true-as': text.optional(),
  'pass-false-as': text.optional(),
  multiple: enumOf('none', 'repeat', 'separate').optional(),
  'multiple-separator': text.optional(),
  widget: z.union([text, z.strictObject({ type: text, settings: anything.optional() })]).optional(),
});
export type ParameterFields = z.infer<typeof Parameter>;

const Input = z.strictObject({
  name: scalar(parseInputName),
  default: textOrTexts.optional(),
  optional: flag.optional(),
  description: text.optional(),
  filename: text.optional(),
  'keep-directories': enumOf('none', 'full', 'suffix', 'true', 'false').optional(),
  download: enumOf('always', 'on-demand').optional(),
});

const Mount = z.union([
  text,
  z.strictObject({
    source: text,
    destination: text,
    readonly: flag.optional(),
    type: text.optional(),
    options: anything.optional(),
  }),
]);

const Variable = z.strictObject({
  name,
  default: text.optional(),
  optional: flag.optional(),
  description: text.optional(),
});

const Bounds = z.strictObject({ min: number.optional(), max: number.optional() });
const Resources = z.strictObject({
  cpu: Bounds.optional(),
  memory: Bounds.optional(),
  devices: z.record(z.string(), scalar(parseDevices)).optional(),
});
export type ResourceFields = z.infer<typeof Resources>;

/** What a node of a pipeline may replace of its step. */
const OVERRIDABLE = {
  image: text.optional(),
  command: textOrTexts.optional(),
  parameters: z.array(Parameter).optional(),
  inputs: z.array(Input).optional(),
  mounts: z.array(Mount).optional(),
  environment: text.optional(),
  'runtime-config-preset': text.optional(),
  'environment-variables': z.array(Variable).optional(),
};

const Step = z.strictObject({
  ...OVERRIDABLE,
  name,
  image: text,
  command: textOrTexts,
  description: text.optional(),
  category: text.optional(),
  icon: text.optional(),
  outputs: z.array(z.strictObject({ name: text, description: text.optional() })).optional(),
  'cache-volumes': texts.optional(),
  'environment-variable-groups': texts.optional(),
  'time-limit': text.optional(),
  'no-output-timeout': text.optional(),
  'source-path': text.optional(),
  'stop-condition': text.optional(),
  'upload-store': text.optional(),
  resources: Resources.optional(),
});
export type StepFields = z.infer<typeof Step>;

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

/** Each item is a mapping with one of these keys, looked for in this order. */
export const ITEMS = {
  step: z.object({ step: Step }),
  task: z.object({ task: Task }),
  endpoint: z.object({ endpoint: Endpoint }),
  pipeline: z.object({ pipeline: Pipeline }),
  blueprint: z.object({ blueprint: Pipeline }),
  deployment: z.object({ deployment: Deployment }),
} as const;

function parseNumber(written: string): number {
  const value = /^[-+.\d_eE]+$/.test(written) ? Number(written.replaceAll('_', '')) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UserError(`"${written}" is not a number`);
}

function parseDevices(written: string): number {
  if (/^[1-9]\d{0,3}$/.test(written)) return Number(written);
  throw new UserError(`"${written}" is not a number of devices`, { hint: 'write 1 or more' });
}

function parseInputName(written: string): string {
  if (written.length <= 64) return parseName(written);
  throw new UserError('the name of an input has more than 64 characters');
}
