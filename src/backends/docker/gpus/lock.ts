import { randomUUID } from 'node:crypto';
import { isAbort, UserError } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { type Container, Created } from '../engine/answers.ts';
import { inspect, removeOwn } from '../engine/containers.ts';
import { ask, type Docker, isStatus, type Launcher } from '../engine/docker.ts';
import { LABEL } from '../engine/labels.ts';

/**
 * A container that is made and never started. An engine gives a name once, whoever asks it from wherever, and the image of
 * the run is there already.
 */
const NAME = 'jobimg-gpu-lock';
/** Milliseconds after which a lock that stays the same has no holder any more; whoever holds one needs two calls. */
const STALE = 30_000;
const PAUSE = 150;
const TRIES = 10;

export interface GpuLock {
  /**
   * Whether it was held until now: somebody may have taken a holder that was too slow for a dead one. What was done under
   * a lock that was lost does not count.
   */
  release(): Promise<boolean>;
}

/** For the time in which GPUs are chosen and the container that gets them is made. */
export async function lockGpus(image: string, docker: Launcher): Promise<GpuLock> {
  const holder = randomUUID();
  try {
    const id = await acquire(image, holder, docker);
    return { release: () => release(id, docker.cleaner) };
  } catch (error) {
    if (isAbort(error)) await removeOwn(NAME, holder, docker.cleaner);
    throw error;
  }
}

async function acquire(image: string, holder: string, docker: Docker): Promise<string> {
  const { clock } = docker;
  let other: Other | undefined;
  for (;;) {
    const made = await make(image, holder, docker);
    if (made !== undefined) return made;
    const found = await inspect(NAME, docker);
    if (found?.Config.Labels?.[LABEL.submit] === holder) return found.Id;
    other = found && (await watch(found, other, docker));
    await clock.sleep(PAUSE * (0.5 + clock.random()));
  }
}

/** A lock of somebody else, and since when it is seen, by our clock: the engine's may be set. */
interface Other {
  readonly id: string;
  readonly since: number;
}

async function watch(found: Container, last: Other | undefined, docker: Docker): Promise<Other> {
  checkLock(found);
  const other = last?.id === found.Id ? last : { id: found.Id, since: docker.clock.now() };
  if (docker.clock.now() - other.since <= STALE) return other;
  docker.progress('the GPUs of the engine were locked by a process that is gone');
  await remove(found.Id, docker);
  return other;
}

/** undefined: somebody else has it, or the answer said nothing. */
async function make(image: string, holder: string, docker: Docker): Promise<string | undefined> {
  const body = {
    Image: image,
    Entrypoint: ['true'],
    Cmd: [],
    // An image may have labels with our names.
    Labels: { [LABEL.lock]: 'gpus', [LABEL.submit]: holder, [LABEL.gpus]: '' },
    HostConfig: { NetworkMode: 'none' },
  };
  const call = { method: 'POST', path: '/containers/create', query: { name: NAME }, body } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      return (await ask(docker, call, Created)).Id;
    } catch (error) {
      if (isStatus(error, 409)) return undefined;
      if (!isLost(error) || attempt === TRIES) throw error;
      await docker.clock.sleep(1_000);
    }
  }
}

function checkLock({ Id, Config, State }: Container): void {
  if (Config.Labels?.[LABEL.lock] === 'gpus' && ['created', 'removing', 'dead'].includes(State.Status))
    return;
  throw new UserError(`the container "${NAME}" (${Id.slice(0, 12)}) was not made by jobimg`, {
    kind: 'unavailable',
    code: 'gpu-lock',
    hint: `jobs that want a GPU take turns by that name: docker rename ${NAME} another-name`,
  });
}

/** Whether it was there until now. An answer that is lost says that perhaps it was not. */
async function release(id: string, docker: Docker): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await remove(id, docker);
    } catch (error) {
      if (!isLost(error) || attempt === TRIES) throw error;
      await docker.clock.sleep(1_000);
    }
  }
}

async function remove(id: string, docker: Docker): Promise<boolean> {
  try {
    await docker.engine.json({ method: 'DELETE', path: `/containers/${id}`, query: { v: true } });
    return true;
  } catch (error) {
    if (isStatus(error, 404, 409)) return false;
    throw error;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof EngineError && error.status === undefined;
}
