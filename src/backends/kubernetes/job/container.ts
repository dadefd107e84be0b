import { printReference } from '../../../oci/reference.ts';
import { inputFolders } from '../../../run/mounts/input-folders.ts';
import type { RunNetwork } from '../../../run/network/network.ts';
import { severalNodes } from '../../../run/nodes/several.ts';
import { GPU_GRANTS } from '../../../run/plan/gpu-grants.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { KubernetesOptions } from '../../types/kubernetes-options.ts';
import type { KeptPaths } from './kept-paths.ts';
import { INPUTS, jobName, MAIN, OUTPUTS } from './names.ts';
import { networkEnv } from './network.ts';
import { nodeVariables, OF_NODES } from './nodes.ts';
import { gpuCount, KEEPER_RESOURCES, resourcesOf } from './resources.ts';
import { CHOOSE_BASH, keeper, wrapper } from './scripts.ts';
import { inputsScript } from './volumes/inputs.ts';
import type { RunVolumes, VolumeMount } from './volumes/volumes.ts';

export interface ContainerFacts {
  readonly options: KubernetesOptions;
  readonly paths: KeptPaths;
  /** The object that has the secrets; undefined: there are none. */
  readonly secrets: string | undefined;
  readonly network: RunNetwork;
}

export interface ContainerContext extends ContainerFacts {
  readonly volumes: RunVolumes;
}

/** Kubernetes puts variables in place of `$(NAME)`, and takes `$$` for one dollar. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** The container of the job: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container */
export function mainContainer(run: RunPlan, facts: ContainerContext): object {
  const { network, options, paths, secrets } = facts;
  return {
    name: MAIN,
    image: imageOf(run),
    imagePullPolicy: 'IfNotPresent',
    command: commandOf(run, keepsOutputs(options) ? paths : undefined).map(literal),
    workingDir: run.workdir,
    env: [...environmentOf(run), ...networkEnv(run, jobName(run), network)],
    ...(secrets === undefined ? {} : { envFrom: [{ secretRef: { name: secrets } }] }),
    resources: resourcesOf(run.resources),
    securityContext: securityOf(run, facts.options),
    terminationMessagePath: '/dev/termination-log',
    volumeMounts: facts.volumes.main,
  };
}

/** The container that minds the time limit and has the outputs when the job has ended. */
export function outputsContainer(run: RunPlan, facts: ContainerContext): object {
  const script = keeper({ timeout: run.timeout, grace: run.stopGrace, nodes: severalNodes(run) });
  return ownContainer(run, facts, { name: OUTPUTS, script, mounts: facts.volumes.outputs });
}

/** The container that takes the inputs before the one of the job is started; none where there are none. */
export function inputsContainers(run: RunPlan, facts: ContainerContext): readonly object[] {
  if (inputFolders(run).length === 0) return [];
  return [ownContainer(run, facts, { name: INPUTS, script: inputsScript(), mounts: facts.volumes.inputs })];
}

interface OwnContainer {
  readonly name: string;
  readonly script: string;
  readonly mounts: readonly VolumeMount[];
}

/** It has the same image, which is on the node in any case. */
function ownContainer(run: RunPlan, { options }: ContainerContext, own: OwnContainer): object {
  return {
    name: own.name,
    image: imageOf(run),
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', own.script].map(literal),
    workingDir: '/',
    // A runtime of the node may take what an image says of GPUs for a request.
    env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' }],
    resources: KEEPER_RESOURCES,
    securityContext: securityOf(run, options),
    volumeMounts: own.mounts,
  };
}

export function keepsOutputs({ outputs }: KubernetesOptions): boolean {
  return outputs !== 'none';
}

function imageOf({ image }: RunPlan): string {
  if ('engineId' in image) throw new Error('a cluster pulls its images');
  return printReference(image);
}

function commandOf(run: RunPlan, paths: KeptPaths | undefined): readonly string[] {
  const { command } = run;
  if (paths === undefined) {
    if (command.kind === 'arguments') return command.words;
    return command.shell === 'bash'
      ? ['bash', '-eo', 'pipefail', '-c', command.text]
      : ['sh', '-e', '-c', command.text];
  }
  const nodes = severalNodes(run);
  const of = nodes && { run: run.id, count: nodes.count };
  const wrapped = (choose: string, words: readonly string[]) => [
    'sh',
    '-c',
    wrapper(paths, choose, of),
    'jobimg',
    ...words,
  ];
  if (command.kind === 'arguments') return wrapped('', command.words);
  if (command.shell === 'bash') return wrapped(CHOOSE_BASH, [command.text]);
  return wrapped('', ['sh', '-e', '-c', command.text]);
}

function environmentOf(run: RunPlan): readonly object[] {
  const { env, secrets } = run;
  const { gpu } = run.resources;
  const isOfNodes = (name: string): boolean => severalNodes(run) !== undefined && OF_NODES.has(name);
  // What stands here would win over the secret of the same name.
  const isTheirs = (name: string): boolean =>
    secrets.includes(name) || GPU_GRANTS.has(name) || isOfNodes(name);
  const all = new Map([...env].filter(([name]) => !isTheirs(name)));
  // The plugin of the devices sets what a container with a GPU needs, unless it is set here.
  if (gpu === undefined) all.set('NVIDIA_VISIBLE_DEVICES', 'void');
  if (gpu !== undefined) all.set('JOBIMG_GPU_COUNT', String(gpuCount(gpu)));
  return [...[...all].map(([name, value]) => ({ name, value: literal(value) })), ...nodeVariables(run)];
}

/**
 * As `restricted` asks for it; an image that may have to be root, to change owners, keeps the capabilities that its
 * runtime gives: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function securityOf(run: RunPlan, options: KubernetesOptions): object {
  const isRestricted = !mayBeRoot(run, options);
  return {
    allowPrivilegeEscalation: false,
    ...(isRestricted ? { capabilities: { drop: ['ALL'] } } : {}),
  };
}

export function mayBeRoot({ user }: RunPlan, options: KubernetesOptions): boolean {
  return user === undefined && options['run-as-user'] === undefined;
}
