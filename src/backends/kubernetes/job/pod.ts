import type { RunPlan } from '../../../run/run.ts';
import type { KubernetesOptions, Toleration } from '../../types/kubernetes-options.ts';
import {
  type ContainerFacts,
  keepsOutputs,
  mainContainer,
  mayBeRoot,
  outputsContainer,
} from './container.ts';
import { togetherOf } from './nodes.ts';
import { gpuAffinity, shmOf } from './resources.ts';
import { KEEP } from './scripts.ts';

export interface PodFacts extends ContainerFacts {
  /** The Secret to pull with; undefined: what the node and the service account have. */
  readonly pullSecret: string | undefined;
}

/** Seconds that an image may take to come. */
export const PULL = 1_200;
/** Seconds that whatever ends a run by itself gets before the next one does. */
const MARGIN = 60;

/** A pod's own limit counts from its start on the node, the pull included; only a guard where a container minds the limit. */
function podDeadline({ timeout, stopGrace }: RunPlan, options: KubernetesOptions): number {
  const keep = keepsOutputs(options) ? stopGrace + KEEP + MARGIN : 0;
  return Math.ceil(timeout + PULL + keep);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
export function podSpec(run: RunPlan, facts: PodFacts): object {
  const { options, paths, pullSecret } = facts;
  const keeps = keepsOutputs(options);
  const affinity = gpuAffinity(run.resources.gpu);
  const volumes = [
    { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: shmOf(run.resources) } },
    ...(keeps ? [{ name: 'shared', emptyDir: {} }] : []),
    ...(keeps ? paths.volumes.map((_, index) => ({ name: `outputs-${index}`, emptyDir: {} })) : []),
  ];
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
    ...(affinity === undefined ? {} : { affinity }),
    securityContext: podSecurity(run, options),
    containers: [mainContainer(run, facts), ...(keeps ? [outputsContainer(run, facts)] : [])],
    volumes,
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
const GPU_NODES: Toleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

function tolerationsOf({ resources }: RunPlan, given: readonly Toleration[]): readonly Toleration[] {
  const own = given.map((toleration) => ({
    ...toleration,
    operator: toleration.operator ?? (toleration.value === undefined ? 'Exists' : 'Equal'),
  }));
  return resources.gpu === undefined ? own : [GPU_NODES, ...own];
}

/** Images that are made here name their user by its number, so that a cluster can check that it is not root. */
function podSecurity(run: RunPlan, options: KubernetesOptions): object {
  const user = options['run-as-user'];
  const group = options['fs-group'];
  return {
    seccompProfile: { type: 'RuntimeDefault' },
    ...(mayBeRoot(run, options) ? {} : { runAsNonRoot: true }),
    ...(user === undefined ? {} : { runAsUser: user }),
    ...(group === undefined ? {} : { fsGroup: group }),
  };
}
