import { UserError } from '../../errors.ts';
import { cancellableClock, cancellableEngine } from '../../io/cancellable.ts';
import type { Handle, RunEvent, RunPlan } from '../../run/run.ts';
import type { Backend } from '../../tools.ts';
import { removeContainer, stopContainer } from './create.ts';
import { GUARD_DELAY } from './deadline-check.ts';
import type { Docker, Held } from './docker.ts';
import { followContainer } from './follow.ts';
import { type Launched, type Launcher, launch } from './launch.ts';
import { listRuns } from './list.ts';
import { lookAt } from './look.ts';
import { bindMounts } from './mounts.ts';
import { collectOutputs } from './outputs.ts';
import { sweep } from './sweep.ts';

/** Runs jobs in containers of a Docker engine, all of it through the Engine API: no docker command is started. */
export function createDockerBackend(docker: Docker): Backend {
  /** What submitting said that no engine keeps: notes, and failures before there was a container. */
  const submitted = new Map<string, Promise<Launched>>();
  const cancelled = new Set<string>();

  /** By name: whoever else sees these containers leaves them alone while we are there. */
  const held = new Map<string, Held>();

  async function hold(name: string, id: string): Promise<void> {
    const one = held.has(name) ? undefined : await docker.presence?.hold(id);
    if (one !== undefined) held.set(name, one);
  }

  async function remove(name: string): Promise<boolean> {
    const isRemoved = await removeContainer(name, docker);
    held.get(name)?.close();
    held.delete(name);
    return isRemoved;
  }

  async function submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle> {
    const known = submitted.get(intent.name) ?? start(run, intent.name, signal);
    submitted.set(intent.name, known);
    try {
      const { id, name = intent.name } = await known;
      submitted.set(name, known);
      if (id !== undefined) await hold(name, id);
      if (cancelled.has(intent.name)) await removeContainer(name, docker);
      return id === undefined ? intent : { ...intent, name, native: { ...intent.native, container: id } };
    } catch (error) {
      submitted.delete(intent.name);
      throw error;
    }
  }

  async function start(run: RunPlan, name: string, signal?: AbortSignal): Promise<Launched> {
    checkPrivate(run.secrets, docker);
    const [launched] = await Promise.all([
      launch(run, name, launcher(docker, signal)),
      sweep(launcher(docker, signal)),
    ]);
    if (launched.id !== undefined && launched.failure === undefined && !launched.attached) {
      docker.spawnGuard?.(
        JSON.stringify({ container: launched.id, seconds: run.timeout + GUARD_DELAY, grace: run.stopGrace }),
      );
    }
    return launched;
  }

  async function* follow(
    handle: Handle,
    signal: AbortSignal,
    leaving?: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    const launched = await submitted.get(handle.name);
    for (const message of launched?.notes ?? []) yield { type: 'note', message };
    if (launched?.failure !== undefined) {
      yield { type: 'end', verdict: signal.aborted ? { reason: 'cancelled' } : launched.failure };
      return;
    }
    if (launched?.attached)
      yield { type: 'note', message: `attached to the run that is already there: ${handle.name}` };
    const { name, native } = handle;
    yield* followContainer(name, { signal, leaving, native, startedAt: launched?.startedAt }, docker);
  }

  return {
    intentOf: (run) => ({
      backend: 'docker',
      run: run.id,
      name: `jobimg-${run.id}`,
      hash: run.hash,
      native: {
        engine: docker.engine.url,
        ...(docker.context === undefined ? {} : { context: docker.context }),
      },
    }),
    async check({ mounts = [], secrets }) {
      checkPrivate(secrets, docker);
      await bindMounts(mounts, docker.allowMounts, docker.engine.url);
    },
    submit,
    follow,
    collect: (handle, run, folder) => collectOutputs(handle.name, run, folder, docker),
    async cancel(handle, grace) {
      cancelled.add(handle.name);
      await stopContainer(handle.name, grace, docker);
      if (!(await remove(handle.name)))
        docker.progress(`the engine is still removing the container "${handle.name}"`);
    },
    stop: async (handle, grace) => void (await stopContainer(handle.name, grace, docker)),
    look: (handle, secrets) => lookAt(handle, secrets, docker),
    clean: (handle) => remove(handle.name),
    list: () => listRuns(docker),
  };
}

/** What starts a run hears the signal; what ends one goes on. */
function launcher(docker: Docker, signal: AbortSignal | undefined): Launcher {
  const cleaner = docker;
  if (signal === undefined) return { ...docker, cleaner };
  const engine = cancellableEngine(docker.engine, signal);
  return { ...docker, engine, clock: cancellableClock(docker.clock, signal), cleaner };
}

/** A secret goes nowhere where somebody between could read it. */
function checkPrivate(secrets: readonly string[], { engine }: Docker): void {
  if (engine.isPrivate || secrets.length === 0) return;
  throw new UserError(`the engine at ${engine.url} is reached without TLS, and the job has secrets`, {
    code: 'engine-open',
    hint: 'add certificates to its Docker context, or set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH',
  });
}
