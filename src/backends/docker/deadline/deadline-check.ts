import type { RunPlan } from '../../../run/types/plan.ts';
import type { Container } from '../engine/answers.ts';

/** Seconds after the deadline at which a guard acts: by then whoever follows the run has stopped it. */
export const GUARD_DELAY = 5;

/** Seconds until the container is asked to stop: by then the engine has written down that the check was made. */
const PAUSE = 1;
const NANOSECONDS = 1e9;

/**
 * A health check that the engine makes once, at the deadline, and that ends the container as `docker stop` would: it
 * needs no process of ours, so it holds when this machine is off. An engine that knows no start interval (before 25)
 * makes it at the same time, and an interval of the image counts nowhere.
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerCreate
 */
export function deadlineCheck({ timeout, stopGrace }: Pick<RunPlan, 'timeout' | 'stopGrace'>): object {
  const interval = (timeout + GUARD_DELAY) * NANOSECONDS;
  return {
    Test: ['CMD', '/bin/sh', '-c', stopText(Math.ceil(stopGrace))],
    Interval: interval,
    StartInterval: interval,
    StartPeriod: NANOSECONDS / 1e3,
    Timeout: 60 * NANOSECONDS,
    Retries: 1,
  };
}

/** Its shell ends at once, for the engine may lose the answer of a check that the end of the container cut off. */
function stopText(grace: number): string {
  return `${MARK}{ sleep ${PAUSE}; kill -TERM 1; sleep ${grace}; kill -KILL -1; } >/dev/null 2>&1 </dev/null &`;
}

/** By which the check is known for ours: an image may have one of its own. */
const MARK = ': jobimg-deadline; ';

/** Whether the engine itself has ended the container because its time was up. */
export function wasStoppedByEngine({ Config, State }: Container): boolean {
  const isOurs = Config.Healthcheck?.Test?.at(-1)?.startsWith(MARK) === true;
  return isOurs && (State.Health?.Log ?? []).some(({ ExitCode }) => ExitCode === 0);
}
