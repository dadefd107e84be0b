import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { JobFields } from '../../../src/jobspec/fields/job.ts';
import { specJsonSchema } from '../../../src/jobspec/reference/json-schema.ts';

interface Schema {
  readonly $schema: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly $defs: {
    readonly job: { readonly properties: Readonly<Record<string, { readonly description?: string }>> };
  };
}

const schema: Schema = JSON.parse(specJsonSchema());

describe('the JSON schema', () => {
  it('has every field, and jobs', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(schema.properties)).toEqual([...Object.keys(JobFields.shape), 'jobs']);
  });

  it('describes every field', () => {
    const silent = Object.entries(schema.$defs.job.properties).filter(
      ([, { description }]) => description === undefined,
    );

    expect(silent).toEqual([]);
  });

  it('is the same text each time', () => {
    expect(specJsonSchema()).toBe(specJsonSchema());
  });

  it('is current in the repository', () => {
    const file = new URL('../../../schema/jobimg.schema.json', import.meta.url);

    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(specJsonSchema());
  });
});
