import { printBytes } from '../../../disk/bytes.ts';
import { UserError } from '../../../errors.ts';
import { printReference } from '../../../oci/reference.ts';
import { networkVariables, type RunNetwork } from '../../../run/network/network.ts';
import { secretProblem } from '../../../run/plan/argument-limit.ts';
import { GPU_GRANTS } from '../../../run/plan/gpu-grants.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { DockerOptions } from '../../types/docker-options.ts';
import { deadlineCheck } from '../deadline/deadline-check.ts';
import type { ImageFacts, Info } from '../engine/answers.ts';
import type { GpuRequest } from '../engine/gpu.ts';
import { labelsOf, type Marks } from '../engine/labels.ts';
import type { ContainerCommand } from './command.ts';
import type { BindMount } from './mounts.ts';
import type { VolumeMount } from './volumes.ts';

/** What is decided beside the plan: by the engine, and by what a start before this one came to. */
export interface ContainerFacts {
  readonly info: Info;
  readonly user: string | undefined;
  readonly command: ContainerCommand;
  readonly gpu: GpuRequest;
  /** Whether the engine has `docker-init`, and may raise limits. */
  readonly init: boolean;
  readonly limits: boolean;
  readonly options: DockerOptions;
  readonly network: RunNetwork;
  readonly image: ImageFacts;
  readonly mounts: readonly (BindMount | VolumeMount)[];
  /** Whether there is a checkpoint to go on from. */
  readonly resumes: boolean;
  readonly secrets: ReadonlyMap<string, string>;
  readonly marks: Omit<Marks, 'gpus'>;
  /** Whether the engine itself sees to the deadline, because its machine is another one. */
  readonly isElsewhere: boolean;
}

/** As data loaders share tensors through it, Docker's own 64 MB are far too little. */
const MAX_SHM = 8e9;
/** Each said, for the engine may have other defaults, and takes no word for `unlimited`. */
const LOG = { 'max-size': '1000g', 'max-file': '1', compress: 'false', mode: 'blocking' };
const STACK = 64 * 1024 * 1024;

export function imageName({ image }: RunPlan): string {
  return 'engineId' in image ? image.engineId : printReference(image);
}

/** The body of `POST /containers/create`: https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container */
export function containerBody(run: RunPlan, facts: ContainerFacts): object {
  const { command, gpu } = facts;
  return {
    Image: imageName(run),
    Entrypoint: [command.entrypoint],
    Cmd: command.words,
    Env: environmentOf(run, facts),
    Labels: labelsOf(run, { ...facts.marks, gpus: gpu.devices }),
    StopSignal: 'SIGTERM',
    StopTimeout: Math.ceil(run.stopGrace),
    ...(facts.isElsewhere ? { Healthcheck: deadlineCheck(run) } : {}),
    WorkingDir: run.workdir,
    HostConfig: {
      ...limitsOf(run, facts),
      ...gpu.host,
      Init: facts.init,
      ...(facts.mounts.length === 0 ? {} : { Mounts: facts.mounts }),
      NetworkMode: facts.options.network ?? 'bridge',
      // Nothing in the container gains rights it did not start with; root keeps Docker's own set, for images that
      // are used as they are may have to change owners.
      SecurityOpt: ['no-new-privileges'],
      ...(isRoot(facts.user) ? {} : { CapDrop: ['ALL'] }),
      // All of it is kept until the container is removed, and the job waits rather than lose a line.
      LogConfig: { Type: 'json-file', Config: LOG },
      AutoRemove: false,
    },
  };
}

function limitsOf({ resources }: RunPlan, { info, limits }: ContainerFacts): object {
  const memory = resources.memory?.max ?? resources.memory?.min;
  const cpu = resources.cpu?.max ?? resources.cpu?.min;
  const machine = memory ?? info.MemTotal;
  const shm = resources.shm ?? Math.min(MAX_SHM, (machine ?? 2 * MAX_SHM) / 2);
  return {
    ShmSize: Math.floor(shm),
    PidsLimit: 32_768,
    // No swap beside the memory: a job that swaps only looks as if it was running.
    ...(memory === undefined ? {} : { Memory: Math.floor(memory), MemorySwap: Math.floor(memory) }),
    ...(cpu === undefined ? {} : { NanoCpus: Math.floor(Math.min(cpu, info.NCPU ?? cpu) * 1e9) }),
    ...(limits ? { Ulimits: [{ Name: 'stack', Soft: STACK, Hard: STACK }] } : {}),
  };
}

export function isRoot(user: string | undefined): boolean {
  return /^(?:root|0+)?(?::|$)/.test(user ?? '');
}

function environmentOf(run: RunPlan, facts: ContainerFacts): readonly string[] {
  const { gpu, image, marks, network, resumes, secrets } = facts;
  const deadline = String(Math.ceil(marks.now / 1_000) + run.timeout);
  const machine = networkVariables(network, run, image.Config?.Env ?? []);
  const env = new Map([...machine, ['JOBIMG_DEADLINE', deadline], ...run.env]);
  if (resumes) env.set('JOBIMG_RESUME', '1');
  if (gpu.count !== undefined) env.set('JOBIMG_GPU_COUNT', String(gpu.count));
  for (const name of run.secrets) {
    const value = secrets.get(name);
    if (value !== undefined) env.set(name, checkSecret(name, value));
  }
  for (const name of GPU_GRANTS) env.delete(name);
  for (const [name, value] of Object.entries(gpu.env)) env.set(name, value);
  return [...env].map(([name, value]) => `${name}=${value}`);
}

/** Told before an image is made, too; whoever starts a run otherwise is told here. */
function checkSecret(name: string, value: string): string {
  const problem = secretProblem(name, value);
  if (problem === undefined) return value;
  throw UserError.of([problem]);
}

/** Why the machine cannot hold the job, before it is tried. */
export function missingCapacity({ resources }: RunPlan, info: Info): string | undefined {
  const cpu = resources.cpu?.min;
  const memory = resources.memory?.min;
  if (cpu !== undefined && info.NCPU !== undefined && cpu > info.NCPU) {
    return `the job asks for ${cpu} CPUs, and the engine's machine has ${info.NCPU}`;
  }
  if (memory !== undefined && info.MemTotal !== undefined && memory > info.MemTotal) {
    return `the job asks for ${printBytes(memory)} of memory, and the engine's machine has ${printBytes(info.MemTotal)}`;
  }
  return undefined;
}
