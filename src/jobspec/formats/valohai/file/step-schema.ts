import * as z from 'zod';
import { UserError } from '../../../../errors.ts';
import { scalar, text } from '../../../rows/scalar.ts';
import { flag } from '../../python/flag.ts';
import { anything, enumOf, name, number, textOrTexts, texts } from './schema-fields.ts';
import { parseName } from './words.ts';

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

export const Bounds = z.strictObject({ min: number.optional(), max: number.optional() });
export const Resources = z.strictObject({
  cpu: Bounds.optional(),
  memory: Bounds.optional(),
  devices: z.record(z.string(), scalar(parseDevices)).optional(),
});
export type ResourceFields = z.infer<typeof Resources>;

/** What a node of a pipeline may replace of its step. */
export const OVERRIDABLE = {
  image: text.optional(),
  command: textOrTexts.optional(),
  parameters: z.array(Parameter).optional(),
  inputs: z.array(Input).optional(),
  mounts: z.array(Mount).optional(),
  environment: text.optional(),
  'runtime-config-preset': text.optional(),
  'environment-variables': z.array(Variable).optional(),
};

export const Step = z.strictObject({
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

function parseDevices(written: string): number {
  if (/^[1-9]\d{0,3}$/.test(written)) return Number(written);
  throw new UserError(`"${written}" is not a number of devices`, { hint: 'write 1 or more' });
}

function parseInputName(written: string): string {
  if (written.length <= 64) return parseName(written);
  throw new UserError('the name of an input has more than 64 characters');
}
