import type { JobPlan } from '../../plan/plan.ts';
import { legMinutes, stepMinutes } from '../../run/plan/time-limit.ts';
import type { Result } from '../../tools/result.ts';
import { type Json, runsOnJson } from '../plan-json.ts';

type SecondJobOutput = 'runs-on' | 'timeout-minutes' | 'matrix';

/** They would choose the machine that a second job runs on, with its login and secrets. */
export const NO_SECOND_JOB: Record<SecondJobOutput, undefined> = {
  'runs-on': undefined,
  'timeout-minutes': undefined,
  matrix: undefined,
};

/** What a second job of the workflow takes to run where the spec says. */
export function secondJobOutputs(
  job: JobPlan | undefined,
  result: Result,
): Record<SecondJobOutput, string | undefined> {
  return {
    'runs-on': job?.job.runsOn === undefined ? undefined : JSON.stringify(runsOnJson(job.job.runsOn)),
    'timeout-minutes':
      job === undefined ? undefined : String(stepMinutes(result.plan.jobs.map((one) => one.job))),
    matrix: JSON.stringify({ include: result.plan.jobs.flatMap((one) => matrixRows(one, result)) }),
  };
}

/** Rows of `strategy: matrix: ${{ fromJSON(…) }}` for a second job that dispatches: one for each leg. */
function matrixRows({ job }: JobPlan, { images }: Result): readonly Json[] {
  const row = {
    job: job.name,
    image: images.get(job.name)?.reference ?? null,
    'runs-on': runsOnJson(job.runsOn),
    'timeout-minutes': legMinutes(job),
  };
  if (job.strategy === undefined) return [{ ...row, params: '' }];
  return job.strategy.legs.map(({ label, values }) => ({ ...row, leg: label, params: paramLines(values) }));
}

/** As the input `params` takes them; what it would read otherwise stands in quotes. */
function paramLines(values: ReadonlyMap<string, string>): string {
  const quoted = (text: string): string => (/^[\w.+:/@-]+$/.test(text) ? text : JSON.stringify(text));
  return [...values].map(([name, text]) => `${name}=${quoted(text)}`).join('\n');
}
