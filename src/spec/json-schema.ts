import * as z from 'zod';
import { JobFields } from './spec.ts';

const JOB = '#/$defs/job';

/** The JSON schema of the native spec (draft 2020-12), for completion in editors; the same text each time. */
export function specJsonSchema(): string {
  const { $schema, ...job } = z.toJSONSchema(JobFields, { io: 'input' });
  const own = Object.keys(job.properties ?? {}).map((key) => [key, { $ref: `${JOB}/properties/${key}` }]);
  const jobs = {
    description: 'Jobs by name; keys beside it are defaults for every job',
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
