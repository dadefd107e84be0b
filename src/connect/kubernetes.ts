import type { ClusterConnection } from '../backends/kubernetes/api/connection.ts';
import { UserError } from '../errors.ts';
import type { Findings } from '../findings.ts';
import type { TargetFacts } from '../fit/facts.ts';
import { systemClock } from '../io/clock.ts';
import { workspaceFolder } from '../io/fs/folders.ts';
import type { Variables } from '../io/process/exec.ts';
import type { BackendChoice } from '../jobspec/job/job.ts';
import { allowedContext } from '../run/plan/allowed-context.ts';
import type { Handle } from '../run/types/handle.ts';
import type { LookedAtRun } from '../run/types/written-run.ts';
import type { Backend } from '../tools/backend.ts';
import type { BackendConnection, LeftRunCaller } from './backend-connection.ts';
import type { ConnectContext } from './context.ts';
import { gatherInputs } from './input-files.ts';
import { longestGrace } from './machine/longest-grace.ts';
import { passwordLogin } from './registry/registry.ts';

async function connect(
  { options }: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  context: ConnectContext,
): Promise<Backend> {
  const { clock, env, host } = context;
  const [{ createKubernetesBackend }] = await load();
  const kubeContext = contextOf(options, env);
  return createKubernetesBackend({
    ...(await context.cluster(kubeContext)),
    context: kubeContext,
    namespace: options['namespace'] === undefined ? undefined : String(options['namespace']),
    clock,
    secrets,
    network: context.network,
    inputs: (files) => gatherInputs(files, context),
    allowMounts: env['JOBIMG_ALLOW_MOUNTS'],
    pullLogin: (repository) =>
      passwordLogin(repository, 'which no cluster takes: name a Secret with "pull-secret"', context),
    longestGrace: longestGrace(env),
    progress: host.info,
  });
}

/** All runs of a process share it: each connection takes memory, and each program that gives credentials its time. */
export async function connectCluster(
  context: string | undefined,
  { clock, env, host, inputs }: Pick<ConnectContext, 'clock' | 'env' | 'host' | 'inputs'>,
): Promise<ClusterConnection> {
  const [, { createConnection }, { loadKubeconfig }] = await load();
  const access = await loadKubeconfig({ env, checkout: inputs.folder, context });
  return createConnection({ access, clock, log: host.info });
}

/** undefined: the current one of the kubeconfig. */
function contextOf({ context }: BackendChoice['options'], env: Variables): string | undefined {
  return allowedContext(context === undefined ? undefined : String(context), env);
}

async function refuse(asked: LookedAtRun, _: unknown, findings: Findings): Promise<void> {
  const { refuseRun } = await import('../backends/kubernetes/refusals.ts');
  refuseRun(asked, findings);
}

async function targets({ options }: BackendChoice, context: ConnectContext): Promise<readonly TargetFacts[]> {
  const { api } = await context.cluster(contextOf(options, context.env));
  const { targetsOf } = await import('../backends/kubernetes/targets.ts');
  const selector = options['node-selector'];
  return await targetsOf(selector instanceof Map ? selector : new Map(), api);
}

/** The client of a cluster is larger than the rest of the action, and nobody else loads it. */
async function load() {
  // One after the other, for each finds most of what it needs with the one before.
  const backend = await import('../backends/kubernetes/backend.ts');
  const connection = await import('../backends/kubernetes/api/connection.ts');
  const kubeconfig = await import('../backends/kubernetes/api/kubeconfig.ts');
  return [backend, connection, kubeconfig] as const;
}

async function reconnect({ native }: Handle, { env, host }: LeftRunCaller): Promise<Backend> {
  const [{ createKubernetesBackend }, { createConnection }, { loadKubeconfig }] = await load();
  const checkout = workspaceFolder(env);
  const access = await loadKubeconfig({ env, checkout, context: native['context'] });
  if (access.server !== native['server']) {
    throw new UserError(
      `it was started on the cluster ${native['server']}, and this one is ${access.server}`,
      {
        code: 'kubernetes',
        hint: 'use the kubeconfig of that cluster (KUBECONFIG), in which its context leads there',
      },
    );
  }
  return createKubernetesBackend({
    ...createConnection({ access, clock: systemClock, log: host.info }),
    namespace: native['namespace'],
    clock: systemClock,
    secrets: new Map(),
    pullLogin: async () => undefined,
    longestGrace: longestGrace(env),
    progress: host.info,
  });
}

export const KUBERNETES_CONNECTION: BackendConnection = {
  connect,
  refuse,
  reconnect,
  isHere: async () => false,
  targets,
  openTerminal: undefined,
};
