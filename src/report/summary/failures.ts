import { byJob } from '../../run/by-job.ts';
import { outcomeText } from '../../run/outcome.ts';
import { decisiveRun } from '../../run/representative.ts';
import type { RunResult } from '../../run/types/result.ts';
import { codeBlock, escapeMarkdown } from './markdown.ts';

/** Of each job that failed, what to do and how its log ended; of the legs of a matrix, the one that decides. */
export function failureSections(runs: readonly RunResult[]): readonly string[] {
  return byJob(runs, ({ run }) => run.job).flatMap((of) => {
    const run = decisiveRun(of);
    const isFailure = run !== undefined && !ENDS.has(run.verdict.reason);
    return isFailure ? failureSection(run) : [];
  });
}

/** Ends that nobody has to look into. */
const ENDS: ReadonlySet<string> = new Set(['succeeded', 'detached', 'cancelled']);

function failureSection({ run, verdict, lastLines = [] }: RunResult): readonly string[] {
  const leg = run.leg === undefined ? '' : ` (${run.leg.label})`;
  const heading = `### ${escapeMarkdown(`${run.job}${leg}: ${outcomeText(verdict)}`)}`;
  const hint = verdict.hint === undefined ? [] : [`→ ${escapeMarkdown(verdict.hint)}`];
  const lines = lastLines.length === 0 ? [] : [codeBlock(lastLines.join('\n'), 'text')];
  const parts = [...hint, ...lines];
  return parts.length === 0 ? [] : [[heading, ...parts].join('\n\n')];
}
