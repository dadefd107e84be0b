import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, parseDocument } from 'yaml';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { DOCUMENTS, filesOf, read } from './repository.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

const SNIPPETS: readonly Snippet[] = DOCUMENTS.flatMap(snippetsOf);
const SPECS = SNIPPETS.filter(({ isSpec }) => isSpec);
const EXAMPLES = filesOf('examples', 'jobimg.yml');

describe('snippets of the documents', () => {
  it.each(SNIPPETS)('$at is YAML', ({ text }) => {
    const { errors } = parseDocument(text, { uniqueKeys: true });

    expect(errors).toEqual([]);
  });

  it.each(SPECS)('$at is a spec', ({ text }) => {
    expect(namesOf('jobimg.yml', text)).not.toEqual([]);
  });

  it('shows a spec of seven lines and a workflow of at most twelve before line 40', () => {
    const [spec, workflow] = snippetsOf('README.md');

    expect(spec?.text.trimEnd().split('\n')).toHaveLength(7);
    expect(workflow?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(Number(workflow?.at.split(':')[1]) + 12).toBeLessThan(40);
  });
});

const matches = new Ajv2020({ strict: false }).compile(JSON.parse(read('schema/jobimg.schema.json')));

describe('the JSON schema', () => {
  it.each(SPECS)('takes the spec at $at, as the reader does', ({ text }) => {
    matches(parse(text));

    expect(matches.errors ?? []).toEqual([]);
  });

  it.each(EXAMPLES)('takes %s', (path) => {
    matches(parse(read(path)));

    expect(matches.errors ?? []).toEqual([]);
  });
});

describe('examples', () => {
  it.each(EXAMPLES)('%s is a spec that can be run as it is', (path) => {
    expect(namesOf(path, read(path))).not.toEqual([]);
  });
});

function namesOf(path: string, text: string): readonly string[] {
  const parsed = parseSpec({ path, text, format: 'jobimg' });
  return selectJobs(parsed, { job: 'all', toRun: true, repositoryName: 'example' }).map(({ name }) => name);
}
