import type { Finding, Location } from '../errors.ts';
import type { Job } from '../jobspec/job/job.ts';
import { outcomeText } from './outcome.ts';
import { isGood } from './reason.ts';
import { decisiveRun } from './representative.ts';
import type { RunResult } from './types/result.ts';

/**
 * Why jobs did not succeed, one finding for each of them: of the legs of a matrix, the one that decides speaks. Who asked
 * for an end is told of it, and of no error.
 */
export function runFindings(runs: readonly RunResult[], jobs: readonly Job[]): readonly Finding[] {
  return jobs.flatMap((job) => {
    const own = runs.filter(({ run }) => run.job === job.name);
    const run = decisiveRun(own);
    if (run === undefined || isGood(run.verdict)) return [];
    return [runFinding(run, own, job)];
  });
}

function runFinding(
  { run, verdict, lastLines = [] }: RunResult,
  all: readonly RunResult[],
  job: Job,
): Finding {
  const { reason, detail, hint } = verdict;
  const isCancelled = reason === 'cancelled';
  const leg = run.leg === undefined ? '' : ` (${run.leg.label})`;
  const head = [`run ${run.job}${leg}`, outcomeText(verdict), detail].filter(Boolean).join(': ');
  const lines = isCancelled || lastLines.length === 0 ? [] : ['the last lines of its log:', ...lastLines];
  return {
    level: isCancelled ? 'warning' : 'error',
    code: reason,
    message: [`${head}${ofLegs(all)}`, ...lines].join('\n'),
    hint,
    location: commandPlace(job),
  };
}

function ofLegs(all: readonly RunResult[]): string {
  if (all.length < 2) return '';
  const others = all.filter(({ verdict }) => !isGood(verdict)).length;
  return `; ${others} of ${all.length} legs did not succeed`;
}

/** undefined for a command that the caller gave: no line of the spec is to blame. */
function commandPlace({ origins }: Job): Location | undefined {
  const place = origins.get('run') ?? origins.get('command');
  return place?.isInput ? undefined : place;
}
