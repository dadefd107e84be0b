import { type Finding, UserError } from '../errors.ts';
import { distinct, Findings } from '../findings.ts';
import { errorsByPlace } from './findings/findings.ts';
import type { Choice, ParsedSpec } from './format/parsed-spec.ts';
import type { Job } from './job/job.ts';
import { GIVEN } from './layers/given-value.ts';
import { ALL } from './values/names.ts';
import { suggestion } from './values/suggest.ts';

/** The jobs that were asked for; throws one UserError with everything that is wrong with any of them. */
export function selectJobs(parsed: ParsedSpec, choice: Choice): readonly Job[] {
  return selectWithFindings(parsed, choice).jobs;
}

/** The same, with the warnings that the caller's additions brought. */
export function selectWithFindings(
  parsed: ParsedSpec,
  choice: Choice,
): { readonly jobs: readonly Job[]; readonly findings: readonly Finding[] } {
  const made = chooseJobs(parsed, choice).map((name) => parsed.make(name, choice));
  const findings = new Findings();
  for (const one of made) findings.add(one.findings);
  findings.throwIfErrors(errorsByPlace);
  const jobs = made.flatMap((one) => ('job' in one ? [one.job] : []));
  return { jobs, findings: distinct(findings.all) };
}

/** Names of the chosen jobs; several jobs without a choice are all of them, unless they are to be run. */
function chooseJobs(parsed: ParsedSpec, choice: Choice): readonly (string | undefined)[] {
  const { jobs } = parsed;
  const { job, toRun } = choice;
  if (jobs === undefined) return [chooseOnly(parsed, choice)];
  if (job === ALL) return jobs;
  if (job !== undefined) return [chooseNamed(parsed, job, jobs)];
  if (toRun === true && jobs.length > 1) {
    throw new UserError(`the spec has ${jobs.length} jobs: ${jobs.join(', ')}`, {
      code: 'no-job',
      hint: `choose one with the input "job" (--job ${jobs[0]}), or all of them with "all"`,
      location: { file: parsed.file.path },
    });
  }
  return jobs;
}

/** A file without `jobs:` is one job, whatever it is called. */
function chooseOnly(parsed: ParsedSpec, choice: Choice): undefined {
  const { job } = choice;
  if (job === undefined || job === ALL) return undefined;
  const made = parsed.make(undefined, choice);
  if (!('job' in made) || made.job.name === job) return undefined;
  throw new UserError(`the spec has no job "${job}"`, {
    code: 'no-job',
    hint: `it describes a single job, "${made.job.name}"; leave the choice out`,
    location: GIVEN.job,
  });
}

function chooseNamed(parsed: ParsedSpec, name: string, jobs: readonly string[]): string {
  if (jobs.includes(name)) return name;
  const alias = parsed.aliases?.get(name);
  if (alias !== undefined) return alias;
  throw new UserError(`the spec has no job "${name}"`, {
    code: 'no-job',
    hint: suggestion(name, jobs),
    location: GIVEN.job,
  });
}
