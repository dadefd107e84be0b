import { UserError } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { Container, Created, Listed } from './answers.ts';
import { ask, type Docker, find, isStatus, settle } from './docker.ts';
import type { GpuNeed } from './gpu.ts';
import type { GpuUse } from './gpu-use.ts';
import { LABEL } from './labels.ts';
import { isBeingRemoved, isUnstarted } from './state.ts';

export type Creation =
  /** Ours to fill and to start. */
  | { readonly kind: 'made'; readonly id: string }
  /** Somebody started this run already. */
  | { readonly kind: 'attached'; readonly id: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** Too few of its GPUs are free. */
  | { readonly kind: 'busy'; readonly need: GpuNeed; readonly uses: readonly GpuUse[] };

/** What one call came to; `taken`: there is a container of that name. */
export type PostResult = Creation | 'taken' | 'again';

export interface NamedContainer {
  readonly name: string;
  /** In the labels of what is made: what has it is ours, even when the answer was lost. */
  readonly submit: string;
}

export interface CreateRequest extends NamedContainer {
  readonly run: RunPlan;
  /** Whether what was made by a call whose answer was lost is ours to go on with; else it is removed. */
  readonly keepsLost: boolean;
  post(): Promise<PostResult>;
}

/** Seconds that another process may take from making the container to starting it. */
const OTHERS_PATIENCE = 60;
const TRIES = 10;

/** Makes the container under the run's name; when the name is taken, finds out whether that is this run. */
export async function createContainer(request: CreateRequest, docker: Docker): Promise<Creation> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const posted = await postOnce(request, attempt === TRIES, docker);
    if (posted !== 'taken' && posted !== 'again') return posted;
    const found = posted === 'taken' ? await takeOver(request, docker) : undefined;
    if (found !== undefined) return found;
  }
  throw new EngineError(`the container "${request.name}" could not be made in ${TRIES} tries`, undefined);
}

async function postOnce(request: CreateRequest, isLast: boolean, docker: Docker): Promise<PostResult> {
  try {
    return await request.post();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.status !== undefined) return { kind: 'refused', message: error.message };
    if (isLast) throw error;
    // The answer was lost, and perhaps only the answer.
    await docker.clock.sleep(1_000);
    return 'again';
  }
}

export async function post(name: string, body: object, docker: Docker): Promise<PostResult> {
  try {
    const call = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
    return { kind: 'made', id: (await ask(docker, call, Created)).Id };
  } catch (error) {
    if (isStatus(error, 409)) return 'taken';
    throw error;
  }
}

/** undefined: there is nothing in the way now, try again. */
async function takeOver(request: CreateRequest, docker: Docker): Promise<Creation | undefined> {
  for (let second = 0; second < OTHERS_PATIENCE; second++) {
    const container = await inspect(request.name, docker);
    if (container === undefined) {
      // Just removed, or just being made: the name is taken before there is anything to see.
      await docker.clock.sleep(200);
      return undefined;
    }
    checkPlan(request, container);
    const { Id: id } = container;
    if (container.Config.Labels?.[LABEL.submit] === request.submit) {
      if (request.keepsLost) return { kind: 'made', id };
      break;
    }
    if (isBegun(container)) return { kind: 'attached', id };
    await docker.clock.sleep(1_000);
  }
  // Whoever made it did not live to start it, or does not know that it was made.
  await removeContainer(request.name, docker);
  return undefined;
}

/** Not one that is removed: its end was told before it was gone. */
function isBegun({ State }: Container): boolean {
  return !isBeingRemoved(State) && !isUnstarted(State);
}

function checkPlan({ run, name }: Pick<CreateRequest, 'run' | 'name'>, { Config }: Container): void {
  if (Config.Labels?.[LABEL.plan] === run.hash) return;
  throw new UserError(`the run id "${run.id}" is already used by another plan`, {
    code: 'run-id',
    hint: `remove what is left of it: docker rm --force --volumes ${name}`,
  });
}

/** A run of the same plan that an earlier attempt left running: nothing is gained by a second one beside it. */
export async function findLive(
  run: RunPlan,
  name: string,
  docker: Docker,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const labels = [`${LABEL.family}=${run.family}`, `${LABEL.plan}=${run.hash}`];
  const query = { filters: JSON.stringify({ label: labels, status: ['running'] }) };
  const live = await ask(docker, { method: 'GET', path: '/containers/json', query }, Listed);
  const names = live.flatMap(({ Id, Names }) =>
    Names.map((found) => ({ id: Id, name: found.replace(/^\//, '') })),
  );
  return names.find((found) => found.name !== name && found.name.startsWith('jobimg-'));
}

export function inspect(name: string, docker: Docker): Promise<Container | undefined> {
  return find(docker, { method: 'GET', path: `/containers/${encodeURIComponent(name)}/json` }, Container);
}

/** Looks for what a call makes whose answer is not waited for. */
const LOOKS = 4;

/** Takes a container away that was made with this call, if it came to that: the engine may just be making it. */
export async function removeOwn(name: string, submit: string, docker: Docker): Promise<void> {
  for (let look = 1; look <= LOOKS; look++) {
    const container = await inspect(name, docker);
    if (container?.Config.Labels?.[LABEL.submit] === submit) await removeContainer(container.Id, docker);
    if (container !== undefined || look === LOOKS) return;
    await docker.clock.sleep(250);
  }
}

/** Milliseconds. A container with very many files takes the engine minutes, and it goes on when nobody waits. */
const REMOVAL_PATIENCE = 30_000;

/**
 * Takes a container away whatever it does, its volumes too; one that is gone, or is just going, is fine. False when it
 * takes longer than anybody should wait.
 */
export async function removeContainer(
  name: string,
  docker: Docker,
  patience: number = REMOVAL_PATIENCE,
): Promise<boolean> {
  const path = `/containers/${encodeURIComponent(name)}`;
  const signal = AbortSignal.timeout(patience);
  try {
    await settle(
      docker,
      { method: 'DELETE', path, query: { force: true, v: true }, signal, timeout: 0 },
      404,
    );
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (!isStatus(error, 409)) throw error;
    return true;
  }
}

/**
 * SIGTERM, and SIGKILL after the grace, which the engine sees to also when we are gone; comes back when it has stopped.
 * Whether it ran until then: one that is not running, or is gone, is fine.
 */
export async function stopContainer(
  name: string,
  grace: number,
  { engine }: Pick<Docker, 'engine'>,
): Promise<boolean> {
  const path = `/containers/${encodeURIComponent(name)}/stop`;
  try {
    const { body, status } = await engine.call({
      method: 'POST',
      path,
      query: { t: Math.ceil(grace) },
      timeout: 0,
    });
    body.resume();
    return status !== 304;
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    return false;
  }
}
