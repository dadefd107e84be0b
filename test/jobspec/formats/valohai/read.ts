import type { Finding } from '../../../../src/errors.ts';
import { type ReadingRules, STRICT } from '../../../../src/inputs/reading.ts';
import type { Choice } from '../../../../src/jobspec/format/parsed-spec.ts';
import type { Job } from '../../../../src/jobspec/job/job.ts';
import { parseSpec, selectWithFindings } from '../../../../src/jobspec/parse.ts';
import { findingsOf } from '../../read.ts';

export const STEP = ['- step:', '    name: Train model', '    image: python:3.13-slim-bookworm'].join('\n');

export function valohaiFile(text: string) {
  return { path: 'valohai.yaml', text, format: 'valohai' };
}

/** A file with one step, of which only some lines are written. */
export function stepWith(...lines: readonly string[]): string {
  const command = lines.some((line) => line.startsWith('command:')) ? [] : ['command: date'];
  return [STEP, ...[...command, ...lines].map((line) => `    ${line}`)].join('\n');
}

export function readAll(text: string, choice: Choice = {}, reading: ReadingRules = STRICT) {
  return selectWithFindings(parseSpec(valohaiFile(text), reading), choice);
}

export function readStep(text: string, choice: Choice = {}): Job {
  const [job] = readAll(text, choice).jobs;
  if (job === undefined) throw new Error('no job');
  return job;
}

/** Errors, or else what was said beside the jobs, as `line:column level message`. */
export function told(text: string, choice: Choice = {}): readonly string[] {
  let said: readonly Finding[] = [];
  const errors = findingsOf(() => {
    said = readAll(text, choice).findings;
  });
  return (errors.length > 0 ? errors : said).map(
    ({ level, message, location }) =>
      `${location?.line === undefined ? location?.file : `${location.line}:${location.column}`} ${level} ${message}`,
  );
}

/** The words of the command, the last of which is the text. */
export function wordsOf({ command }: Job): readonly string[] {
  if (command.kind !== 'arguments') throw new Error('a shell command');
  return command.words.map((word) => word.join(''));
}

export function textOf(job: Job): string {
  return wordsOf(job).at(-1) ?? '';
}
