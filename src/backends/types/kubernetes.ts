import { quoteFor } from '../../jobspec/template/shell-quote.ts';
import { KUBERNETES } from './kubernetes-options.ts';
import type { BackendRow } from './row.ts';

const OPERATORS =
  'which cluster it is, is the operator\'s to say: KUBECONFIG in the environment, or ~/.kube/config, of which "context" may name a context';

/** `KEEP` of `kubernetes/job/scripts.ts`: as long as they stay, the pod has its node's GPUs. */
const KEEP = 600;

/** The cluster that the operator's kubeconfig leads to. */
export const KUBERNETES_ROW: BackendRow = {
  description: 'Kubernetes cluster',
  options: KUBERNETES,
  hints: {
    kubeconfig: OPERATORS,
    server: OPERATORS,
    token: OPERATORS,
    'queue-name': 'write "queue"',
    'local-queue': 'write "queue"',
    'service-account-name': 'write "service-account"',
    serviceAccountName: 'write "service-account"',
    nodeSelector: 'write "node-selector"',
    nodeAffinity: 'write "node-affinity"',
    affinity: 'write "node-affinity"',
    'runtime-class-name': 'write "runtime-class"',
    runtimeClassName: 'write "runtime-class"',
    'priority-class-name': 'write "priority-class"',
    priorityClassName: 'write "priority-class"',
    'image-pull-secret': 'write "pull-secret"',
    'image-pull-secrets': 'write "pull-secret"',
    imagePullSecrets: 'write "pull-secret"',
    'run-as': 'write "run-as-user"',
    runAsUser: 'write "run-as-user"',
    fsGroup: 'write "fs-group"',
    resources: 'write "gpu", "cpu" and "memory" beside "run"',
    'host-network': 'no job gets it',
    privileged: 'no job gets it',
  },
  capabilities: {
    registry: 'required',
    platforms: undefined,
    claims: true,
    queue: true,
    nodes: true,
    outlives: true,
    keepsOutputs: KEEP,
  },
  stopCommand: ({ name, native }) => `${kubectl(native)} delete job ${name}`,
  shellCommand: ({ name, native }) =>
    `${kubectl(native)} exec --stdin --tty job/${name} --container main -- sh`,
};

/** What a person types, who may have another cluster before them. */
function kubectl({ context, namespace }: Readonly<Record<string, string | undefined>>): string {
  return [
    'kubectl',
    // A kubeconfig may have any text there.
    ...(context === undefined ? [] : ['--context', quoteFor('none', context)]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
  ].join(' ');
}
