import { NoAnswer } from '../../io/polled/passing.ts';
import type { Standing } from '../../io/polled/place.ts';
import { verdictOfNode } from '../../run/nodes/several.ts';
import { type LaunchFailure, verdictOf } from '../../run/reason.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Answer } from './answers.ts';
import { endOfState, isOver, mayHaveSaid, type Scheduled, scheduledIn } from './states.ts';
import { whyWaiting } from './waiting.ts';

/**
 * How a run stands, from the files of its folder and from what Slurm says. The files are believed first; they may be seen a
 * while after Slurm knows of the end. `isLate`: they were waited for.
 */
export function standingOf(answer: Answer, hash: string, isLate = true): Standing {
  if (!isThere(answer, hash)) return { state: 'absent' };
  const scheduled = scheduledIn(answer.get('scheduler'));
  const exit = answer.get('exit');
  if (exit !== undefined)
    return {
      state: 'ended',
      ...durationIn(answer),
      verdict: ofNode(verdictIn(answer, exit, scheduled), answer),
    };
  if (!answer.has('id')) return { state: 'queued', detail: 'it is being submitted' };
  const silent = answer.get('silent');
  if (silent !== undefined) throw new NoAnswer(silent);
  if (!isLate && isUnsaid(answer)) return { state: 'running' };
  if (scheduled === undefined) return { state: 'ended', verdict: FORGOTTEN };
  if (isOver(scheduled)) return { state: 'ended', verdict: endOfState(scheduled, answer) };
  if (answer.has('started')) return { state: 'running' };
  if (scheduled.state === 'PENDING') return { state: 'queued', ...whyWaiting(scheduled.reason) };
  return { state: 'pulling', detail: 'the node fetches the image' };
}

/** Throws where its folder cannot be read. */
function isThere(answer: Answer, hash: string): boolean {
  const silent = answer.get('silent');
  if (silent !== undefined && !answer.has('hash')) throw new NoAnswer(silent);
  return answer.get('hash') === hash;
}

/** Slurm knows of an end, or of nothing, and the files do not say it. */
export function isUnsaid(answer: Answer): boolean {
  if (answer.has('exit') || answer.has('silent') || !answer.has('id')) return false;
  const scheduled = scheduledIn(answer.get('scheduler'));
  return scheduled === undefined || mayHaveSaid(scheduled);
}

const FORGOTTEN: Verdict = {
  reason: 'node-error',
  detail: 'Slurm no longer knows the job, and it did not say how it ended',
  hint: 'see the files of the run in the folder that "slurm" names in the defaults file: script.log and slurm.log',
};

/** Hundredths of a second, as the node counts them. */
function durationIn(answer: Answer): { readonly duration?: number } {
  const hundredths = Number(answer.get('duration'));
  return Number.isFinite(hundredths) && answer.has('duration') ? { duration: hundredths / 100 } : {};
}

function verdictIn(answer: Answer, exit: string, scheduled: Scheduled | undefined): Verdict {
  const stopped = answer.get('stopped');
  const bySlurm = stopped === 'signal' && !answer.has('stop') ? scheduled : undefined;
  if (bySlurm !== undefined)
    return withCode(mayHaveSaid(bySlurm) ? ENDED_BY_SLURM : endOfState(bySlurm, answer), Number(exit));
  return verdictOf({
    cancelled: answer.has('stop') && stopped !== undefined && stopped !== 'timeout',
    timedOut: stopped === 'timeout',
    outOfMemory: answer.get('oom') === 'true',
    interrupted: stopped === 'signal' && !answer.has('stop'),
    launch: launchIn(answer.get('failure')),
    exitCode: Number(exit),
  });
}

/** Whoever ended it, Slurm has only the exit code of the script for it. */
const ENDED_BY_SLURM: Verdict = { reason: 'interrupted', detail: 'Slurm ended it' };

function withCode(verdict: Verdict, exitCode: number): Verdict {
  return { ...verdict, exitCode };
}

/** Of several nodes, one failed first. */
function ofNode(verdict: Verdict, answer: Answer): Verdict {
  const node = answer.get('node');
  return node === undefined ? verdict : verdictOfNode(verdict, Number(node), Number(answer.get('nodes')));
}

/** As the script of the job has it: the reason, and what was said. */
function launchIn(failure: string | undefined): LaunchFailure | undefined {
  if (failure === undefined) return undefined;
  const at = failure.indexOf(' ');
  const said = failure.slice(at + 1).trim();
  if (failure.startsWith('node-lost'))
    return { reason: 'node-error', detail: `it was ended without a word of its own: ${said}` };
  if (failure.startsWith('engine-lost'))
    return {
      reason: 'node-error',
      detail: `the engine of the node no longer told of the container: ${said}`,
    };
  return failure.startsWith('image-pull')
    ? {
        reason: 'image-pull',
        detail: `the image cannot be pulled on the node: ${said}`,
        hint: 'see that the node reaches the registry, and that the login of the action may pull',
      }
    : { reason: 'node-error', detail: `the container could not be started: ${said}` };
}
