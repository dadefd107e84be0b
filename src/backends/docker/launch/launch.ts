import { randomUUID } from 'node:crypto';
import { isAbort } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { checkMountPlaces } from '../../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import { DockerOptions } from '../../types/docker-options.ts';
import { type ImageFacts, Info } from '../engine/answers.ts';
import { createContainer, findLive, removeContainer, removeOwn } from '../engine/containers.ts';
import { type HeldPresence, type Launcher, settle } from '../engine/docker.ts';
import { type GpuNeed, WITHOUT_GPU } from '../engine/gpu.ts';
import type { GpuUse } from '../engine/gpu-use.ts';
import { isGpuFailure, launchFailure } from '../engine/launch-failure.ts';
import { GpuWatch } from '../gpus/in-use.ts';
import { GpuQueue } from '../gpus/queue.ts';
import { containerCommand } from './command.ts';
import { type Attempt, createRequest, type Launch, type Maker } from './create-request.ts';
import { decideGpu, type GpuDecided } from './gpu-decision.ts';
import { otherMachine } from './machine.ts';
import { preflight } from './preflight.ts';
import { hasBash, prepare } from './prepare.ts';
import { ensureImage } from './pull.ts';
import { gatherData } from './run-data.ts';
import { hasCheckpoint, volumeFolders, volumeMounts } from './volumes.ts';

export interface LaunchResult {
  /** Container ID; undefined when there is none. */
  readonly id?: string | undefined;
  /** Whether the run was there already. */
  readonly attached: boolean;
  /** Of the run that was there, when it is one of an earlier attempt. */
  readonly name?: string | undefined;
  /** By our clock, of a container that was started here; undefined where the engine knows it better. */
  readonly startedAt?: number | undefined;
  /** Says that this process looks after the container. */
  readonly held?: HeldPresence | undefined;
  /** What had to be done otherwise than asked. */
  readonly notes: readonly string[];
  readonly failure?: Verdict | undefined;
}

/** Milliseconds: a container may have run for almost as long when its engine says that it has started. */
const PROMPT = 1_000;

type Outcome =
  | { readonly kind: 'over'; readonly launched: Omit<LaunchResult, 'notes'> }
  | { readonly kind: 'change'; readonly attempt: Attempt; readonly note: string }
  | { readonly kind: 'busy'; readonly need: GpuNeed; readonly uses: readonly GpuUse[] };

/** Makes the container, fills it and starts it; one of the same run that is there already is taken over. */
export async function launch(run: RunPlan, name: string, docker: Launcher): Promise<LaunchResult> {
  const options = DockerOptions.parse(run.backend.options);
  const live = await findLive(run, name, docker);
  if (live !== undefined) return { ...live, attached: true, notes: [] };

  const { value, date: engineTime } = await docker.engine.dated({ method: 'GET', path: '/info' });
  const info = Info.parse(value);
  const other = otherMachine(run, info);
  if (other !== undefined) return { attached: false, notes: [], failure: other };
  const gpu = await decideGpu(run, info, docker, options.devices);
  if ('failure' in gpu) return { attached: false, notes: [], failure: gpu.failure };
  const data = await gatherData(run, docker);
  const resumes = await hasCheckpoint(run, docker);
  const image = await ensureImage(run, docker);
  if (image.kind === 'failed') return { attached: false, notes: [], failure: image.failure };
  const fit = await preflight(run, { image: image.facts, info, named: options.devices }, docker);
  if ('failure' in fit) return { attached: false, notes: [], failure: fit.failure };

  const workdir = workdirOf(run, image.facts);
  const facts: Launch = {
    run,
    name,
    docker,
    options,
    info,
    engineTime,
    image: image.facts,
    workdir,
    volumes: volumeMounts(run, { workdir, now: engineTime, owner: docker.owner }),
    resumes,
    watch: new GpuWatch(docker),
    ...data,
  };
  const launched = await launchWith(facts, gpu);
  return { ...launched, notes: [...fit.notes, ...launched.notes] };
}

/** Tries until it is started, or cannot be. */
async function launchWith(launch: Launch, gpu: GpuDecided): Promise<LaunchResult> {
  const notes: string[] = [];
  let attempt: Attempt = { init: true, limits: true, shell: shellOf(launch.run), gpu: gpu.request };
  const queue = new GpuQueue(launch);
  for (;;) {
    const outcome = await tryOnce(launch, attempt);
    if (outcome.kind === 'over') {
      // What was said of its GPUs is of no interest when it has none in the end.
      const first = attempt.gpu === gpu.request ? gpu.notes : [];
      return { ...outcome.launched, notes: [...first, ...notes] };
    }
    if (outcome.kind === 'change') {
      await removeContainer(launch.name, launch.docker);
      notes.push(outcome.note);
      attempt = outcome.attempt;
      continue;
    }
    const failure = await queue.wait(outcome.need, outcome.uses);
    if (failure !== undefined) return { attached: false, notes, failure };
  }
}

function shellOf({ command }: RunPlan): Attempt['shell'] {
  return command.kind === 'shell' ? command.shell : 'sh';
}

function workdirOf(run: RunPlan, { Config }: ImageFacts): string {
  const workdir = run.workdir ?? (Config?.WorkingDir || '/');
  checkMountPlaces(run, workdir, volumeFolders(run, workdir));
  return workdir;
}

async function tryOnce(launch: Launch, attempt: Attempt): Promise<Outcome> {
  const { docker, name } = launch;
  const submit = randomUUID();
  // Who wants its GPUs sees from it that it will be started.
  const held = await docker.presence?.hold(submit);
  const presence = held === undefined ? undefined : docker.presence?.place;
  try {
    return await makeAndStart(launch, attempt, { submit, presence });
  } catch (error) {
    if (isAbort(error)) await removeOwn(name, submit, docker.cleaner);
    throw error;
  } finally {
    held?.close();
  }
}

async function makeAndStart(launch: Launch, attempt: Attempt, maker: Maker): Promise<Outcome> {
  const { docker, image, run } = launch;
  const command = containerCommand(run.command, attempt.shell);
  const user = image.Config?.User ?? undefined;
  const created = await createContainer(createRequest(launch, attempt, { command, user }, maker), docker);
  if (created.kind === 'busy') return created;
  if (created.kind === 'refused') return remedy(created.message, launch, attempt);
  if (created.kind === 'attached') return { kind: 'over', launched: { id: created.id, attached: true } };
  if (attempt.shell === 'bash' && !(await hasBash(created.id, image.Config?.Env ?? [], docker))) {
    const note = 'the image has no bash: the command runs with "sh -e -c", so without pipefail';
    return { kind: 'change', attempt: { ...attempt, shell: 'sh' }, note };
  }
  await prepare(
    run,
    {
      id: created.id,
      command,
      user,
      workdir: launch.workdir,
      inputs: launch.inputs,
      files: launch.network.files,
    },
    docker,
  );
  return await start(created.id, launch, attempt);
}

async function start(id: string, launch: Launch, attempt: Attempt): Promise<Outcome> {
  const { clock, presence } = launch.docker;
  const asked = clock.now();
  try {
    await settle(launch.docker, { method: 'POST', path: `/containers/${id}/start`, timeout: 0 });
    const answered = clock.now();
    const startedAt = answered - asked > PROMPT ? undefined : answered;
    const held = await presence?.hold(id);
    return { kind: 'over', launched: { id, attached: false, startedAt, held } };
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
    return remedy(error.message, launch, attempt, id);
  }
}

/** Another way to start it, where there is one that the job may not even notice; each is said. */
function remedy(message: string, { run }: Launch, attempt: Attempt, id?: string): Outcome {
  if (attempt.init && message.includes('docker-init')) {
    const note =
      'the engine has no docker-init: the job itself has to handle SIGTERM, or is killed when it is stopped';
    return { kind: 'change', attempt: { ...attempt, init: false }, note };
  }
  if (attempt.limits && message.includes('rlimit')) {
    return {
      kind: 'change',
      attempt: { ...attempt, limits: false },
      note: 'the engine may not raise the stack limit to 64 MiB',
    };
  }
  if (attempt.gpu !== WITHOUT_GPU && run.resources.gpu?.optional && isGpuFailure(message)) {
    const note = `started without a GPU: ${launchFailure(message).detail}`;
    return { kind: 'change', attempt: { ...attempt, gpu: WITHOUT_GPU }, note };
  }
  return { kind: 'over', launched: { id, attached: false, failure: launchFailure(message) } };
}
