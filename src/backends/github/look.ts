import type { Standing } from '../../io/polled/place.ts';
import type { RunState } from '../../run/state.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { WorkflowRun } from './api/runs.ts';

export function stateOfStanding({ state }: Standing): RunState {
  return state === 'pulling' ? 'queued' : state;
}

/** Milliseconds in which a run at its limit ends by itself, with its image pulled before and its outputs pushed after it. */
const MARGIN = 2 * 3_600_000;

/** By the clock of GitHub, as nearly as this machine has it. */
export function isOverdue(
  { run_started_at: started }: WorkflowRun,
  state: RunState,
  { stopGrace, timeout }: RunPlan,
  now: number,
): boolean {
  const since = Date.parse(started ?? '');
  return state === 'running' && now > since + (timeout + stopGrace) * 1_000 + MARGIN;
}
