import { type Finding, UserError } from '../../src/errors.ts';
import type { Choice } from '../../src/jobspec/format/parsed-spec.ts';
import type { Job } from '../../src/jobspec/job/job.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';

export function specFile(text: string) {
  return { path: 'jobimg.yml', text, format: 'jobimg' };
}

/** The only job of a spec. */
export function readJob(text: string, choice: Choice = {}): Job {
  const [job] = selectJobs(parseSpec(specFile(text)), { repositoryName: 'acme', ...choice });
  if (job === undefined) throw new Error('no job');
  return job;
}

/** Findings of the error that reading throws. */
export function findingsOf(read: () => unknown): readonly Finding[] {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return error.findings;
    throw error;
  }
  return [];
}

export function problemsOf(text: string, choice: Choice = {}): readonly Finding[] {
  return findingsOf(() => readJob(text, choice));
}

/** `line:column message`, one for each problem. */
export function linesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ location, message }) => {
    const place =
      location?.line === undefined ? (location?.file ?? '') : `${location.line}:${location.column}`;
    return `${place} ${message}`;
  });
}
