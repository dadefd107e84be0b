import { verdictOf } from '../../run/reason.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunStatus } from '../../tools/backend.ts';
import { wasStoppedByEngine } from './deadline/deadline-check.ts';
import { isOverdue } from './deadline/overdue.ts';
import { isMarkedOverdue } from './deadline/overdue-mark.ts';
import { Container } from './engine/answers.ts';
import { type Docker, isStatus } from './engine/docker.ts';
import { LABEL } from './engine/labels.ts';
import { launchFailure } from './engine/launch-failure.ts';
import { checkMachine } from './engine/native.ts';
import { isBeingRemoved, isUnstarted } from './engine/state.ts';
import { stoppedBy } from './follow/stop-mark.ts';

/** Nobody waits long for an engine that may be gone for good. */
const TIMEOUT = 20_000;

const ABSENT: RunStatus = { state: 'absent', overdue: false, secrets: new Map() };

/** A container that has the name of the run and another plan is somebody else's. */
export async function lookAt(handle: Handle, secrets: readonly string[], docker: Docker): Promise<RunStatus> {
  const { name, hash } = handle;
  await checkMachine(handle, docker);
  const found = await ask(name, docker);
  if (found === undefined || found.container.Config.Labels?.[LABEL.plan] !== hash) return ABSENT;
  const { Id, Name, Config, State } = found.container;
  if (isBeingRemoved(State)) return ABSENT;
  const listed = { Id, Names: [Name], Labels: Config.Labels, State: State.Status };
  return {
    state: stateOf(State),
    overdue: await isOverdue(listed, found.engineTime / 1_000, docker),
    secrets: valuesOf(secrets, Config.Env ?? []),
    ...(await endedAs(found.container, docker)),
  };
}

/** As who follows it to its end would have it, as far as the container tells. */
async function endedAs(container: Container, docker: Docker): Promise<Pick<RunStatus, 'verdict'>> {
  const { Id, State } = container;
  if (stateOf(State) !== 'ended') return {};
  const verdict = verdictOf({
    cancelled: false,
    timedOut: wasStoppedByEngine(container) || (await isMarkedOverdue(Id, docker.engine)),
    stoppedBy: State.ExitCode === 0 ? undefined : await stoppedBy(container, docker),
    outOfMemory: State.OOMKilled === true,
    interrupted: false,
    exitCode: State.ExitCode,
    launch: State.Error === '' ? undefined : launchFailure(State.Error),
  });
  return { verdict };
}

async function ask(name: string, docker: Docker) {
  const path = `/containers/${encodeURIComponent(name)}/json`;
  try {
    const { value, date } = await docker.engine.dated({ method: 'GET', path, timeout: TIMEOUT });
    return { container: Container.parse(value), engineTime: date };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** One whose start failed has ended: it says why. */
function stateOf(state: Container['State']): RunStatus['state'] {
  if (state.Running || state.Status === 'paused' || state.Status === 'restarting') return 'running';
  return isUnstarted(state) ? 'created' : 'ended';
}

function valuesOf(names: readonly string[], env: readonly string[]): ReadonlyMap<string, string> {
  const all = new Map(
    env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return new Map(
    names.flatMap((name) => {
      const value = all.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
