import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Job } from '../../src/jobspec/job/job.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { findingsOf, linesOf, specFile } from './read.ts';

const FOLDER = new URL('../golden/spec/', import.meta.url);
const CASES = readdirSync(FOLDER).sort();

/** How it was written, which says nothing of what is made and run. */
const WRITTEN = ['origins', 'origin', 'location', 'declarations'];

/** Jobs as JSON: maps as objects, without places. */
function jsonOf(value: unknown): string {
  const replace = (key: string, member: unknown) => {
    if (WRITTEN.includes(key)) return undefined;
    return member instanceof Map ? Object.fromEntries(member) : member;
  };
  return `${JSON.stringify(value, replace, 2)}\n`;
}

/** What comes of a spec, in the file of that name. */
function outcomeOf(text: string): { readonly file: string; readonly text: string } {
  let jobs: readonly Job[] = [];
  const findings = findingsOf(() => {
    jobs = selectJobs(parseSpec(specFile(text)), { repositoryName: 'acme' });
  });
  if (findings.length === 0) return { file: 'jobs.json', text: jsonOf(jobs) };
  const lines = linesOf(findings).map((line, index) => `${line}\n    ${findings[index]?.hint ?? ''}\n`);
  return { file: 'problems.txt', text: lines.join('') };
}

it.each(CASES)('%s comes out as its golden file says', (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, FOLDER), 'utf8');

  const outcome = outcomeOf(read('jobimg.yml'));

  expect(readdirSync(new URL(name, FOLDER)).sort()).toEqual(['jobimg.yml', outcome.file].sort());
  expect(outcome.text).toBe(read(outcome.file));
});
