import { byJob } from './by-job.ts';
import { exitCodeOfVerdict, isGood } from './reason.ts';
import type { RunResult } from './types/result.ts';

/** The run that stands for all legs of a job: the first that failed by itself, else the first that did not succeed, else one that goes on. */
export function decisiveRun(runs: readonly RunResult[]): RunResult | undefined {
  const others = runs.filter(({ verdict }) => !isGood(verdict));
  const going = runs.find(({ verdict }) => verdict.reason === 'detached');
  return others.find(({ verdict }) => verdict.reason !== 'cancelled') ?? others[0] ?? going ?? runs[0];
}

/** The largest of the jobs' exit codes; a job with several runs has that of the one that stands for it. */
export function exitCodeOfRuns(runs: readonly RunResult[]): number {
  const jobs = byJob(runs, ({ run }) => run.job).map(decisiveRun);
  return Math.max(0, ...jobs.map((one) => (one === undefined ? 0 : exitCodeOfVerdict(one.verdict))));
}
