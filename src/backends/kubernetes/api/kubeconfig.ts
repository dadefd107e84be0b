import { readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf, UserError } from '../../../errors.ts';
import { homeFolder } from '../../../io/fs/folders.ts';
import type { Variables } from '../../../io/process/exec.ts';
import type { Access } from './access.ts';
import { isInside, realPath } from './auth/checkout.ts';
import { createCredentials, type UserFacts } from './auth/credentials.ts';
import { proxyTo } from './auth/proxy.ts';
import { createSharedCredentials } from './auth/shared-credentials.ts';
import { takePlugin, takeTokenFile } from './auth/take.ts';
import { type OwnUser, usersIn } from './auth/users.ts';

export interface KubeconfigPlace {
  readonly env: Variables;
  /** The folder of the repository, in which nothing is the operator's. */
  readonly checkout: string;
  /** undefined: the current one. */
  readonly context?: string | undefined;
  /** Milliseconds that whoever gives credentials may take; undefined: as many as always. */
  readonly limit?: number | undefined;
}

/** Where a pod finds what its service account has: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The cluster that kubectl would talk to: KUBECONFIG, the file in the home folder, the cluster that this runs in.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export async function loadKubeconfig(place: KubeconfigPlace): Promise<Access> {
  const { env } = place;
  const { files, source } = filesIn(env);
  const config = new KubeConfig();
  const loaded = files.filter((file) => isThere(file)).map((file) => loadFile(file, place));
  for (const [index, { config: one }] of loaded.entries()) {
    if (index === 0) config.loadFromOptions(one);
    else merge(config, one);
  }
  // What an earlier file has said holds.
  const users = new Map(loaded.toReversed().flatMap(({ users }) => [...users]));
  if (loaded.length === 0) loadInCluster(config, env, source);
  if (place.context !== undefined) useContext(config, place.context, source);
  const user = await userFacts(config, users, place);
  return accessOf(config, loaded.length === 0 ? 'the service account of this pod' : source, user, place);
}

function filesIn(env: Variables): { readonly files: readonly string[]; readonly source: string } {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length > 0) return { files: named, source: 'KUBECONFIG' };
  const file = join(homeFolder(env), '.kube', 'config');
  return { files: [file], source: file };
}

async function userFacts(
  config: KubeConfig,
  users: ReadonlyMap<string, OwnUser>,
  place: KubeconfigPlace,
): Promise<UserFacts> {
  const own = users.get(config.getCurrentUser()?.name ?? '');
  return {
    plugin: await takePlugin(config, place),
    tokenFile: own?.tokenFile ?? takeTokenFile(config),
    impersonation: own?.impersonation ?? {},
  };
}

function isThere(file: string): boolean {
  return realPath(file) !== undefined;
}

interface Loaded {
  readonly config: KubeConfig;
  readonly users: ReadonlyMap<string, OwnUser>;
}

/** Its programs are run, and its certificates are trusted: it is never a file of a commit. */
function loadFile(file: string, { checkout }: KubeconfigPlace): Loaded {
  const real = realPath(file) ?? file;
  if (!isAbsolute(file) || isInside(real, realPath(checkout) ?? checkout)) {
    throw new UserError(
      `the kubeconfig "${file}" is a file of the checkout, and a kubeconfig names programs to start`,
      {
        kind: 'usage',
        code: 'kubeconfig',
        hint: 'keep it elsewhere, such as in $RUNNER_TEMP, and give its absolute path in KUBECONFIG',
      },
    );
  }
  try {
    const config = new KubeConfig();
    config.loadFromFile(real);
    return { config, users: usersIn(readFileSync(real, 'utf8'), real) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the kubeconfig "${file}" cannot be read: ${messageOf(error).split('\n')[0]}`, {
      code: 'kubeconfig',
      hint: 'see whether "kubectl config view" can',
      cause: error,
    });
  }
}

/** What an earlier file has said holds. */
function merge(config: KubeConfig, other: KubeConfig): void {
  const fresh = <T extends { readonly name: string }>(known: readonly T[], more: readonly T[]): T[] => [
    ...known,
    ...more.filter(({ name }) => !known.some((one) => one.name === name)),
  ];
  config.loadFromOptions({
    clusters: fresh(config.clusters, other.clusters),
    users: fresh(config.users, other.users),
    contexts: fresh(config.contexts, other.contexts),
    currentContext: config.currentContext || other.currentContext,
  });
}

function loadInCluster(config: KubeConfig, env: Variables, source: string): void {
  if (env['KUBERNETES_SERVICE_HOST'] && isThere(IN_CLUSTER)) {
    config.loadFromCluster();
    return;
  }
  throw new UserError(`no cluster is named: there is no kubeconfig (${source})`, {
    kind: 'unavailable',
    code: 'kubeconfig',
    hint: 'set KUBECONFIG to the absolute path of one, or log in to the cluster before this step',
  });
}

function useContext(config: KubeConfig, name: string, source: string): void {
  if (config.getContextObject(name) === null) {
    throw new UserError(`the kubeconfig (${source}) has no context "${name}"`, {
      code: 'kubeconfig',
      hint: 'these are there: kubectl config get-contexts --output name',
    });
  }
  config.setCurrentContext(name);
}

type Cluster = NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>;

/** Kubernetes' own client refuses it, with words of its code. */
function refusePlainHttp({ server, skipTLSVerify }: Cluster, source: string): void {
  if (!server.startsWith('http://') || skipTLSVerify === true) return;
  throw new UserError(`the kubeconfig (${source}) names "${server}", to which nothing goes encrypted`, {
    code: 'kubeconfig',
    hint: 'write https://, or "insecure-skip-tls-verify: true" beside it where that is meant, as for kubectl proxy',
  });
}

function accessOf(config: KubeConfig, source: string, user: UserFacts, place: KubeconfigPlace): Access {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new UserError(`the kubeconfig (${source}) has no current context with a cluster`, {
      code: 'kubeconfig',
      hint: 'choose one: kubectl config use-context <name>',
    });
  }
  refusePlainHttp(cluster, source);
  const proxyUrl = proxyTo(cluster, place.env);
  if (proxyUrl !== undefined) Object.assign(cluster, { proxyUrl });
  const context = config.getContextObject(config.getCurrentContext());
  const asked = user.plugin === undefined ? 'the kubeconfig' : `"${user.plugin.command}"`;
  const ask = createCredentials(config, cluster.server.startsWith('http:'), user);
  return {
    server: cluster.server,
    context: context?.name === 'inClusterContext' ? undefined : context?.name,
    namespace: context?.namespace || undefined,
    source,
    credentials: createSharedCredentials({ ask, asked, limit: place.limit }),
  };
}
