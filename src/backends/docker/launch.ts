import { randomUUID } from 'node:crypto';
import { isAbort } from '../../errors.ts';
import { EngineError } from '../../io/engine.ts';
import type { LaunchFailure } from '../../run/reason.ts';
import type { RunPlan } from '../../run/run.ts';
import { type ImageFacts, Info } from './answers.ts';
import { containerCommand } from './command.ts';
import { containerBody, missingCapacity } from './container.ts';
import { createContainer, findLive, removeContainer, removeOwn } from './create.ts';
import { type Docker, settle } from './docker.ts';
import { chooseGpu, type GpuRequest, WITHOUT_GPU } from './gpu.ts';
import { isGpuFailure, launchFailure } from './launch-failure.ts';
import { otherMachine } from './machine.ts';
import { checkMountPlaces } from './mounts.ts';
import { DockerOptions } from './options.ts';
import { hasBash, prepare } from './prepare.ts';
import { ensureImage } from './pull.ts';
import { gatherData, type RunData } from './run-data.ts';

export interface Launched {
  /** Container ID; undefined when there is none. */
  readonly id?: string | undefined;
  /** Whether the run was there already. */
  readonly attached: boolean;
  /** Of the run that was there, when it is one of an earlier attempt. */
  readonly name?: string | undefined;
  /** By our clock, of a container that was started here. */
  readonly startedAt?: number | undefined;
  /** What had to be done otherwise than asked. */
  readonly notes: readonly string[];
  readonly failure?: LaunchFailure | undefined;
}

/** An engine that may stop to answer, because nobody waits for the run any more. */
export interface Launcher extends Docker {
  /** The same engine, for what has to be removed then. */
  readonly cleaner: Docker;
}

/** What a start is tried with; a failure that has a remedy changes one of them. */
interface Attempt {
  readonly init: boolean;
  readonly limits: boolean;
  readonly shell: 'bash' | 'sh';
  readonly gpu: GpuRequest;
}

interface Launch extends RunData {
  readonly run: RunPlan;
  readonly name: string;
  readonly docker: Launcher;
  readonly options: DockerOptions;
  readonly info: Info;
  /** The engine's clock, milliseconds since 1970. */
  readonly engineTime: number;
  readonly image: ImageFacts;
  readonly workdir: string;
}

type Outcome =
  | { readonly kind: 'over'; readonly launched: Omit<Launched, 'notes'> }
  | { readonly kind: 'change'; readonly attempt: Attempt; readonly note: string };

/** Makes the container, fills it and starts it; one of the same run that is there already is taken over. */
export async function launch(run: RunPlan, name: string, docker: Launcher): Promise<Launched> {
  const options = DockerOptions.parse(run.backend.options);
  const live = await findLive(run, name, docker);
  if (live !== undefined) return { ...live, attached: true, notes: [] };

  const { value, date: engineTime } = await docker.engine.dated({ method: 'GET', path: '/info' });
  const info = Info.parse(value);
  const other = otherMachine(run, info);
  if (other !== undefined) return { attached: false, notes: [], failure: other };
  const gpu = decideGpu(run, info, docker.devices, options.devices);
  if ('failure' in gpu) return { attached: false, notes: [], failure: gpu.failure };
  const data = await gatherData(run, docker);
  const image = await ensureImage(run, docker);
  if (image.kind === 'failed') return { attached: false, notes: [], failure: image.failure };

  const notes = gpu.note === undefined ? [] : [gpu.note];
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
    ...data,
  };
  let attempt: Attempt = {
    init: true,
    limits: true,
    shell: run.command.kind === 'shell' ? run.command.shell : 'sh',
    gpu: gpu.request,
  };
  for (;;) {
    const outcome = await tryOnce(facts, attempt);
    if (outcome.kind === 'over') return { ...outcome.launched, notes };
    await removeContainer(name, docker);
    notes.push(outcome.note);
    attempt = outcome.attempt;
  }
}

function workdirOf(run: RunPlan, { Config }: ImageFacts): string {
  const workdir = run.workdir ?? (Config?.WorkingDir || '/');
  checkMountPlaces(run, workdir);
  return workdir;
}

type GpuDecision =
  | { readonly request: GpuRequest; readonly note?: string }
  | { readonly failure: LaunchFailure };

function decideGpu(
  run: RunPlan,
  info: Info,
  given: readonly string[] | undefined,
  named: readonly string[] | undefined,
): GpuDecision {
  const capacity = missingCapacity(run, info);
  if (capacity !== undefined) {
    return {
      failure: {
        reason: 'no-capacity',
        detail: capacity,
        hint: 'ask for less, or run it on a larger machine',
      },
    };
  }
  const choice = chooseGpu(run.resources.gpu, info, given, named);
  if (choice.kind === 'none') return { request: WITHOUT_GPU };
  if (choice.kind === 'request') return { request: choice.request };
  if (run.resources.gpu?.optional)
    return { request: WITHOUT_GPU, note: `started without a GPU: ${choice.why}` };
  return { failure: { reason: 'node-error', detail: choice.why, hint: choice.hint } };
}

async function tryOnce(launch: Launch, attempt: Attempt): Promise<Outcome> {
  const submit = randomUUID();
  try {
    return await makeAndStart(launch, attempt, submit);
  } catch (error) {
    if (isAbort(error)) await removeOwn(launch.name, submit, launch.docker.cleaner);
    throw error;
  }
}

async function makeAndStart(launch: Launch, attempt: Attempt, submit: string): Promise<Outcome> {
  const { docker, image, name, run } = launch;
  const command = containerCommand(run.command, attempt.shell);
  const user = image.Config?.User ?? undefined;
  const body = containerBody(run, {
    ...launch,
    ...attempt,
    command,
    user,
    secrets: docker.secrets,
    marks: { submit, now: launch.engineTime, owner: docker.owner },
    isElsewhere: !docker.engine.isHere,
  });

  const created = await createContainer({ run, name, body, submit }, docker);
  if (created.kind === 'refused') return remedy(created.message, launch, attempt);
  if (created.kind === 'attached') return { kind: 'over', launched: { id: created.id, attached: true } };
  if (attempt.shell === 'bash' && !(await hasBash(created.id, image.Config?.Env ?? [], docker))) {
    const note = 'the image has no bash: the command runs with "sh -e -c", so without pipefail';
    return { kind: 'change', attempt: { ...attempt, shell: 'sh' }, note };
  }
  await prepare(
    run,
    { id: created.id, command, user, workdir: launch.workdir, inputs: launch.inputs },
    docker,
  );
  return await start(created.id, launch, attempt);
}

async function start(id: string, launch: Launch, attempt: Attempt): Promise<Outcome> {
  const startedAt = launch.docker.clock.now();
  try {
    await settle(launch.docker, { method: 'POST', path: `/containers/${id}/start`, timeout: 0 });
    return { kind: 'over', launched: { id, attached: false, startedAt } };
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
