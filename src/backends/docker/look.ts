import type { Handle } from '../../run/run.ts';
import type { RunStatus } from '../../tools/backend.ts';
import { isOverdue } from './deadline/overdue.ts';
import { Container } from './engine/answers.ts';
import { type Docker, isStatus } from './engine/docker.ts';
import { LABEL } from './engine/labels.ts';

/** Nobody waits long for an engine that may be gone for good. */
const TIMEOUT = 20_000;

const ABSENT: RunStatus = { state: 'absent', overdue: false, secrets: new Map() };

/** A container that has the name of the run and another plan is somebody else's. */
export async function lookAt(
  { name, hash }: Handle,
  secrets: readonly string[],
  docker: Docker,
): Promise<RunStatus> {
  const found = await ask(name, docker);
  if (found === undefined || found.container.Config.Labels?.[LABEL.plan] !== hash) return ABSENT;
  const { Id, Name, Config, State } = found.container;
  const listed = { Id, Names: [Name], Labels: Config.Labels, State: State.Status };
  return {
    state: stateOf(State),
    overdue: await isOverdue(listed, found.engineTime / 1_000, docker),
    secrets: valuesOf(secrets, Config.Env ?? []),
  };
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
function stateOf({ Status, Running, Error: problem }: Container['State']): RunStatus['state'] {
  if (Running || Status === 'paused' || Status === 'restarting') return 'running';
  return Status === 'created' && problem === '' ? 'created' : 'ended';
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
