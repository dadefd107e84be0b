import type { Finding } from '../../../../src/errors.ts';
import { type ReadingRules, STRICT } from '../../../../src/inputs/reading.ts';
import type { Choice } from '../../../../src/jobspec/format/parsed-spec.ts';
import { readPolyaxon } from '../../../../src/jobspec/formats/polyaxon/read.ts';
import type { Job } from '../../../../src/jobspec/job/job.ts';
import { selectWithFindings } from '../../../../src/jobspec/parse.ts';
import { findingsOf } from '../../read.ts';

export const HEAD = 'version: 1\nkind: experiment\n';
export const BUILD = `${HEAD}build: { image: "python:3.12-slim" }\n`;

export interface Read {
  readonly job: Job;
  readonly findings: readonly Finding[];
}

export function readFile(text: string, choice: Choice = {}, reading: ReadingRules = STRICT): Read {
  const file = { path: 'polyaxonfile.yml', text, format: 'polyaxon' };
  const { jobs, findings } = selectWithFindings(readPolyaxon(file, reading), {
    repositoryName: 'acme',
    ...choice,
  });
  const [job] = jobs;
  if (job === undefined) throw new Error('no job');
  return { job, findings };
}

/** The text that bash gets. */
export function commandOf(text: string, choice: Choice = {}, reading: ReadingRules = STRICT): string {
  const { command } = readFile(text, choice, reading).job;
  if (command.kind !== 'arguments') throw new Error('a command of Polyaxon is an argument of bash');
  expectBash(command.words.map((word) => word.join('')));
  return command.words.at(-1)?.join('') ?? '';
}

function expectBash([shell, flag, ...texts]: readonly string[]): void {
  if (shell !== '/bin/bash' || flag !== '-c' || texts.length !== 1) throw new Error(`${shell} ${flag}`);
}

/** `line:column message > hint` of each problem. */
export function problemsOf(text: string, choice: Choice = {}): readonly string[] {
  return findingsOf(() => readFile(text, choice)).map(shown);
}

/** The same of what is said and no error. */
export function remarksOf(text: string, choice: Choice = {}): readonly string[] {
  return readFile(text, choice).findings.map(shown);
}

export function shown({ location, message, hint }: Finding): string {
  return `${location?.line ?? '?'}:${location?.column ?? '?'} ${message} > ${hint ?? ''}`;
}
