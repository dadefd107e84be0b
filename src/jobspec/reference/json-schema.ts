import * as z from 'zod';
import { JobFields } from '../fields/job.ts';
import { JOBS } from './tables.ts';

const JOB = '#/$defs/job';

interface Overridden {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** The JSON schema of the native spec (draft 2020-12), for completion in editors; the same text each time. */
export function specJsonSchema(): string {
  const { $schema, ...job } = z.toJSONSchema(JobFields, {
    io: 'input',
    // A scalar says itself how it is written.
    unrepresentable: 'any',
    override: complete,
  });
  const own = Object.keys(job.properties ?? {}).map((key) => [key, { $ref: `${JOB}/properties/${key}` }]);
  const jobs = {
    description: JOBS.description,
    type: 'object',
    additionalProperties: { anyOf: [{ $ref: JOB }, { type: 'null' }] },
  };
  const schema = {
    $schema,
    title: 'jobimg',
    description: 'What a job is: what it runs, on which image, with what',
    type: 'object',
    properties: { ...Object.fromEntries(own), jobs },
    additionalProperties: false,
    $defs: { job },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/**
 * What a field is written like: its default with the type that it has in YAML, for the rows have texts; and examples,
 * which zod drops of values that are parsed.
 */
function complete({ zodSchema, jsonSchema }: Overridden): void {
  const { default: written, type } = jsonSchema;
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
  if (written === undefined) return;
  delete jsonSchema.default;
  jsonSchema.default = type === 'boolean' || type === 'integer' ? JSON.parse(String(written)) : written;
}
