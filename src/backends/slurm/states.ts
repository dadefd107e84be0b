import type { Reason, Verdict } from '../../run/types/verdict.ts';
import type { Answer } from './answers.ts';

/** What Slurm says of a job: https://slurm.schedmd.com/job_state_codes.html */
export interface Scheduled {
  readonly state: string;
  readonly reason: string;
}

/** `CANCELLED by 1000|None`; undefined: it says nothing. */
export function scheduledIn(text: string | undefined): Scheduled | undefined {
  if (text === undefined || text === '') return undefined;
  const [states = '', reason = ''] = text.split('|');
  const [state = ''] = states.trim().split(/[ +]/);
  return { state: state.toUpperCase(), reason };
}

interface StateEnd {
  readonly reason: Reason;
  readonly detail: string;
  readonly hint?: string;
}

/** How a job ended whose script was not there to say so. */
const ENDS: Readonly<Record<string, StateEnd>> = {
  CANCELLED: { reason: 'cancelled', detail: 'the job was cancelled' },
  TIMEOUT: { reason: 'timeout', detail: 'the time limit of Slurm was reached' },
  DEADLINE: { reason: 'queue-timeout', detail: 'its deadline passed before it was started' },
  OUT_OF_MEMORY: {
    reason: 'oom-host',
    detail: 'the job ran out of memory',
    hint: 'raise "memory" in the spec, or load less at once: fewer workers, smaller batches',
  },
  PREEMPTED: { reason: 'interrupted', detail: 'another job took its place' },
  REVOKED: { reason: 'interrupted', detail: 'a sibling of it was started elsewhere' },
  REQUEUED: { reason: 'interrupted', detail: 'Slurm took it back into the queue' },
  NODE_FAIL: { reason: 'node-error', detail: 'its node has failed' },
  BOOT_FAIL: { reason: 'node-error', detail: 'its node did not start' },
  LAUNCH_FAILED: { reason: 'node-error', detail: 'it could not be launched' },
  COMPLETED: { reason: 'node-error', detail: 'the job ended without a word of how' },
  FAILED: { reason: 'node-error', detail: 'its script could not be run' },
};

export function isOver({ state }: Scheduled): boolean {
  return Object.hasOwn(ENDS, state);
}

/** A script that came to its end has written how; whoever was killed before has not. */
export function mayHaveSaid({ state }: Scheduled): boolean {
  return state === 'COMPLETED' || state === 'FAILED';
}

/** A state that is no end is one on the way to it: whatever ended the script was not ours. */
export function endOfState({ reason: why, state }: Scheduled, answer: Answer): Verdict {
  const end = Object.hasOwn(ENDS, state) ? ENDS[state] : undefined;
  if (end === undefined) return { reason: 'interrupted', detail: `Slurm ended it (${state})` };
  const said = (answer.get('words') ?? '').trim();
  const told = [why === '' || why === 'None' ? undefined : why, said === '' ? undefined : said];
  const more = told.filter((text) => text !== undefined).join('; ');
  const { detail, reason } = end;
  return {
    reason,
    detail: more === '' ? detail : `${detail}: ${more}`,
    ...(end.hint === undefined ? {} : { hint: end.hint }),
  };
}
