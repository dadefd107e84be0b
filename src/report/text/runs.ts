import { backendText } from '../../run/detach/attach-command.ts';
import type { FoundRun, Reaped } from '../../tools/found-run.ts';
import type { Json } from '../plan-json.ts';

const HEAD = ['run', 'job', 'state', 'started', 'backend', 'followed by'] as const;

/** A table of runs for a person; nothing for none. */
export function printRuns(runs: readonly FoundRun[]): readonly string[] {
  if (runs.length === 0) return ['there are no runs'];
  const rows = [HEAD, ...runs.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf(run: FoundRun): readonly string[] {
  const { handle, job, started = '', state, overdue } = run;
  return [
    handle.run,
    job,
    overdue ? `${state}, overdue` : state,
    // To the minute, as the list of those that have ended has it.
    started.slice(0, 16).replace('T', ' '),
    backendText(handle),
    followedBy(run),
  ];
}

function followedBy({ known, plan }: FoundRun): string {
  if (known?.record.detached === true || (known === undefined && plan?.detached === true))
    return 'nobody: detached';
  if (known === undefined) return 'not known here';
  return { alive: `process ${known.record.owner.pid}`, dead: 'nobody', unknown: 'a process elsewhere' }[
    known.owner
  ];
}

export function runsJson(runs: readonly FoundRun[]): Json {
  return runs.map(({ handle, job, known, overdue, plan, started, state }) => ({
    run: handle.run,
    job,
    state,
    started: started ?? null,
    overdue,
    backend: handle.backend,
    name: handle.name,
    detached: known?.record.detached ?? plan?.detached ?? false,
    'known-here': known !== undefined,
  }));
}

/** `removed` in the words of what was done, or would be. */
export function printReaped(reaped: readonly Reaped[], dryRun: boolean): readonly string[] {
  if (reaped.length === 0) return ['no run is past its deadline'];
  return reaped.map(({ run, job, failure, started }) => {
    const what = `the run ${run} of the job ${job}${started === undefined ? '' : `, started at ${started}`}`;
    if (failure !== undefined) return `still there: ${what}: ${failure}`;
    return `${dryRun ? 'would be removed' : 'removed'}: ${what}`;
  });
}

export function reapedJson(reaped: readonly Reaped[]): Json {
  return reaped.map(({ run, job, backend, started, failure }) => ({
    run,
    job,
    backend,
    started: started ?? null,
    failure: failure ?? null,
  }));
}
