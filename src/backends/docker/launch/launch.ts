import { randomUUID } from 'node:crypto';
import { isAbort } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { checkMountPlaces } from '../../../run/mounts/mount-places.ts';
import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { DockerOptions } from '../../types/docker-options.ts';
import { type ImageFacts, Info } from '../engine/answers.ts';
import { createContainer, findLive, removeContainer, removeOwn } from '../engine/containers.ts';
import { type Launcher, settle } from '../engine/docker.ts';
import { WITHOUT_GPU } from '../engine/gpu.ts';
import { GpuWatch } from '../gpus/in-use.ts';
import { GpuQueue } from '../gpus/queue.ts';
import { containerCommand } from './command.ts';
import { imageName } from './container.ts';
import { type Attempt, createRequest, type Launch, type Maker } from './create-request.ts';
import { decideGpu, type GpuDecided } from './gpu-decision.ts';
import { otherMachine } from './machine.ts';
import { type LaunchResult, type Outcome, remedy, withoutGpu } from './outcome.ts';
import { preflight } from './preflight.ts';
import { hasBash, prepare } from './prepare.ts';
import { ensureImage } from './pull.ts';
import { gatherData } from './run-data.ts';
import { smokeTest } from './smoke-test/smoke-test.ts';
import { hasCheckpoint, volumeFolders, volumeMounts } from './volumes.ts';

/** Milliseconds: a container may have run for almost as long when its engine says that it has started. */
const PROMPT = 1_000;

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
  const failure = await triedFailure(created.id, launch, attempt);
  return failure === undefined
    ? await start(created.id, launch, attempt)
    : await unusable(failure, launch, attempt);
}

/** Where the spec asks for it, a GPU is tried first. */
async function triedFailure(
  id: string,
  { run, name, docker }: Launch,
  { gpu }: Attempt,
): Promise<LaunchFailure | undefined> {
  if (run.preflight !== 'smoke-test' || gpu === WITHOUT_GPU) return undefined;
  const tried = await smokeTest({ id, name, image: imageName(run) }, docker);
  if ('failure' in tried) return tried.failure;
  docker.progress(tried.note);
  return undefined;
}

/** The container that was made for the run goes with its GPUs. */
async function unusable(
  failure: LaunchFailure,
  { run, name, docker }: Launch,
  attempt: Attempt,
): Promise<Outcome> {
  if (run.resources.gpu?.optional === true) return withoutGpu(attempt, failure.detail);
  await removeContainer(name, docker);
  return { kind: 'over', launched: { attached: false, failure } };
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
