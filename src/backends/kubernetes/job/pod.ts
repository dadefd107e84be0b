import type { Gpu } from '../../../jobspec/job/resources.ts';
import { inputFolders } from '../../../run/mounts/input-folders.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { KubernetesOptions, Toleration } from '../../types/kubernetes-options.ts';
import {
  type ContainerFacts,
  inputsContainers,
  keepsOutputs,
  mainContainer,
  mayBeRoot,
  outputsContainer,
} from './container.ts';
import { nodeAffinity } from './node-affinity.ts';
import { togetherOf } from './nodes.ts';
import { gpuResource } from './resources.ts';
import { KEEP } from './scripts.ts';
import { INPUTS_TIME } from './volumes/inputs.ts';
import { volumesOf } from './volumes/volumes.ts';

export interface PodFacts extends ContainerFacts {
  /** The Secret to pull with; undefined: what the node and the service account have. */
  readonly pullSecret: string | undefined;
}

/** Seconds that an image may take to come. */
const PULL = 1_200;
/** Seconds that whatever ends a run by itself gets before the next one does. */
const MARGIN = 60;

/** A pod's own limit counts from its start on the node, the pull included; only a guard where a container minds the limit. */
function podDeadline(run: RunPlan, options: KubernetesOptions): number {
  const keep = keepsOutputs(options) ? run.stopGrace + KEEP + MARGIN : 0;
  return Math.ceil(run.timeout + preparation(run) + keep);
}

/** Seconds that everything may take between the choice of a node and the start of the job. */
export function preparation(run: RunPlan): number {
  return PULL + (inputFolders(run).length > 0 ? INPUTS_TIME : 0);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export function podSpec(run: RunPlan, facts: PodFacts): object {
  const { options, pullSecret } = facts;
  const keeps = keepsOutputs(options);
  const affinity = nodeAffinity(run, options['node-affinity']);
  const volumes = volumesOf(run, { ...facts, keeps, cacheClaim: options['cache-claim'] });
  const context = { ...facts, volumes };
  const first = inputsContainers(run, context);
  return {
    restartPolicy: 'Never',
    activeDeadlineSeconds: podDeadline(run, options),
    terminationGracePeriodSeconds: Math.ceil(run.stopGrace),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The command is then not the first process of all, which ignores SIGTERM unless it handles it.
    shareProcessNamespace: true,
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    ...chosen(options),
    ...togetherOf(run),
    tolerations: tolerationsOf(run, options.tolerations ?? []),
    affinity,
    securityContext: podSecurity(run, options),
    ...(first.length === 0 ? {} : { initContainers: first }),
    containers: [mainContainer(run, context), ...(keeps ? [outputsContainer(run, context)] : [])],
    volumes: volumes.volumes,
  };
}

function chosen(options: KubernetesOptions): object {
  const selector = options['node-selector'];
  return {
    ...named('serviceAccountName', options['service-account']),
    ...named('runtimeClassName', options['runtime-class']),
    ...named('priorityClassName', options['priority-class']),
    ...(selector === undefined ? {} : { nodeSelector: Object.fromEntries(selector) }),
  };
}

function named(key: string, value: string | undefined): object {
  return value === undefined ? {} : { [key]: value };
}

/** Nodes with GPUs are mostly tainted, so that nothing else takes their place. */
function gpuNodes(gpu: Gpu): Toleration {
  return { key: gpuResource(gpu), operator: 'Exists', effect: 'NoSchedule' };
}

function tolerationsOf({ resources }: RunPlan, given: readonly Toleration[]): readonly Toleration[] {
  const own = given.map((toleration) => ({
    ...toleration,
    operator: toleration.operator ?? (toleration.value === undefined ? 'Exists' : 'Equal'),
  }));
  return resources.gpu === undefined ? own : [gpuNodes(resources.gpu), ...own];
}

/** Images that are made here name their user by its number, so that a cluster can check that it is not root. */
function podSecurity(run: RunPlan, options: KubernetesOptions): object {
  const user = options['run-as-user'];
  const group = options['fs-group'];
  return {
    seccompProfile: { type: 'RuntimeDefault' },
    ...(mayBeRoot(run, options) ? {} : { runAsNonRoot: true }),
    runAsUser: user,
    fsGroup: group,
  };
}
