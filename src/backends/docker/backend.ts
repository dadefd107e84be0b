import { UserError } from '../../errors.ts';
import { cancellableClock, cancellableEngine } from '../../io/engine/cancellable.ts';
import { NEVER } from '../../never.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend } from '../../tools/backend.ts';
import { GUARD_DELAY } from './deadline/deadline-check.ts';
import { removeContainer, stopContainer } from './engine/containers.ts';
import type { Docker, HeldPresence, Launcher } from './engine/docker.ts';
import { nativeOf } from './engine/native.ts';
import { followContainer } from './follow/follow.ts';
import { markStopped } from './follow/stop-mark.ts';
import { launch } from './launch/launch.ts';
import { bindMounts } from './launch/mounts.ts';
import type { LaunchResult } from './launch/outcome.ts';
import { type Launch, Submission } from './launch/submission.ts';
import { listRuns } from './list.ts';
import { lookAt } from './look.ts';
import { collectOutputs } from './outputs/collect.ts';
import { sweep, sweepAbandoned } from './remove-overdue.ts';
import { releaseCheckpoint } from './remove-volumes.ts';

/** Runs jobs in containers of a Docker engine, all of it through the Engine API: no docker command is started. */
export function createDockerBackend(docker: Docker): Backend {
  /** What submitting said that no engine keeps: notes, and failures before there was a container. */
  const submitted = new Map<string, Submission>();
  const cancelled = new Set<string>();

  /** By name: whoever else sees these containers leaves them alone while we are there. */
  const held = new Map<string, HeldPresence>();

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
    const known = submitted.get(intent.name) ?? new Submission(start(run, intent.name, signal));
    submitted.set(intent.name, known);
    try {
      const launched = await known.settled();
      if (launched === undefined) return intent;
      const { id, name = intent.name } = launched;
      submitted.set(name, known);
      if (cancelled.has(intent.name)) await removeContainer(name, docker);
      return id === undefined ? intent : { ...intent, name, native: { ...intent.native, container: id } };
    } catch (error) {
      submitted.delete(intent.name);
      throw error;
    }
  }

  function start(run: RunPlan, name: string, signal?: AbortSignal): Launch {
    return async (queued, stopped) => {
      checkPrivate(run.secrets, docker);
      const heard = signal === undefined ? stopped : AbortSignal.any([signal, stopped]);
      const starting = launcher(docker, heard, queued);
      const [launched] = await Promise.all([launch(run, name, starting), sweep(starting)]);
      if (launched.held !== undefined) held.set(name, launched.held);
      else if (launched.id !== undefined) await hold(launched.name ?? name, launched.id);
      guardDeadline(run, launched);
      return launched;
    };
  }

  function guardDeadline({ timeout, stopGrace }: RunPlan, { id, failure, attached }: LaunchResult): void {
    if (id === undefined || failure !== undefined || attached) return;
    docker.spawnGuard?.(JSON.stringify({ container: id, seconds: timeout + GUARD_DELAY, grace: stopGrace }));
  }

  async function* follow(
    handle: Handle,
    signal: AbortSignal,
    leaving?: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    const submission = submitted.get(handle.name);
    if (submission !== undefined) yield* submission.waiting(signal);
    const launched = await submission?.launched;
    const { name, native } = handle;
    for (const message of notesOf(name, launched)) yield { type: 'note', message };
    if (launched?.failure !== undefined) {
      yield { type: 'end', verdict: signal.aborted ? { reason: 'cancelled' } : launched.failure };
      return;
    }
    yield* followContainer(name, { signal, leaving, native, startedAt: launched?.startedAt }, docker);
  }

  return {
    intentOf: (run) => ({
      backend: 'docker',
      run: run.id,
      name: `jobimg-${run.id}`,
      hash: run.hash,
      native: nativeOf(docker),
    }),
    async check({ mounts = [], secrets }) {
      checkPrivate(secrets, docker);
      await bindMounts(mounts, docker.allowMounts, docker.engine.url);
    },
    submit,
    follow,
    logSoFar: ({ name, native }, leaving) =>
      followContainer(name, { signal: NEVER, leaving, native, soFar: true }, docker),
    collect: (handle, run, folder) => collectOutputs(handle.name, run, folder, docker),
    async cancel(handle, grace) {
      cancelled.add(handle.name);
      await submitted.get(handle.name)?.stop();
      await stopContainer(handle.name, grace, docker);
      if (!(await remove(handle.name)))
        docker.progress(`the engine is still removing the container "${handle.name}"`);
    },
    async stop(handle, grace, command) {
      if (command !== undefined) await markStopped(handle.name, { command, grace }, docker);
      await stopContainer(handle.name, grace, docker);
    },
    look: (handle, secrets) => lookAt(handle, secrets, docker),
    async clean(handle) {
      const isRemoved = await remove(handle.name);
      await sweepAbandoned(docker);
      return isRemoved;
    },
    releaseCheckpoint: (checkpoint) => releaseCheckpoint(checkpoint, docker),
    list: () => listRuns(docker),
  };
}

function notesOf(name: string, launched: LaunchResult | undefined): readonly string[] {
  const { attached = false, failure, notes = [] } = launched ?? {};
  if (!attached || failure !== undefined) return notes;
  return [...notes, `attached to the run that is already there: ${name}`];
}

/** What starts a run hears the signal; what ends one goes on. */
function launcher(docker: Docker, signal: AbortSignal, queued: (detail: string) => void): Launcher {
  const engine = cancellableEngine(docker.engine, signal);
  return { ...docker, engine, clock: cancellableClock(docker.clock, signal), cleaner: docker, queued };
}

/** A secret goes nowhere where somebody between could read it. */
function checkPrivate(secrets: readonly string[], { engine }: Docker): void {
  if (engine.isPrivate || secrets.length === 0) return;
  throw new UserError(`the engine at ${engine.url} is reached without TLS, and the job has secrets`, {
    code: 'engine-open',
    hint: 'add certificates to its Docker context, or set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH',
  });
}
