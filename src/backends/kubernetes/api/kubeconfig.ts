import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf, UserError } from '../../../errors.ts';
import { errnoOf } from '../../../io/errno.ts';
import { homeFolder } from '../../../io/fs/folders.ts';
import { findTool, type Variables } from '../../../io/process/exec.ts';
import type { Access, Credentials } from './access.ts';
import { createCredentials } from './credentials.ts';

export interface KubeconfigPlace {
  readonly env: Variables;
  /** The folder of the repository, in which nothing is the operator's. */
  readonly checkout: string;
  /** undefined: the current one. */
  readonly context?: string | undefined;
}

/** Where a pod finds what its service account has: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The cluster that kubectl would talk to: KUBECONFIG, the file in the home folder, the cluster that this runs in.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export async function loadKubeconfig(place: KubeconfigPlace): Promise<Access> {
  const { env } = place;
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const files = named.length > 0 ? named : [join(homeFolder(env), '.kube', 'config')];
  const source = named.length > 0 ? 'KUBECONFIG' : files.join('');
  const config = new KubeConfig();
  const loaded = files.filter((file) => isThere(file)).map((file) => loadFile(file, place));
  for (const [index, one] of loaded.entries()) {
    if (index === 0) config.loadFromOptions(one);
    else merge(config, one);
  }
  if (loaded.length === 0) loadInCluster(config, env, source);
  if (place.context !== undefined) useContext(config, place.context, source);
  await useOwnPrograms(config, place);
  return accessOf(config, loaded.length === 0 ? 'the service account of this pod' : source);
}

function isThere(file: string): boolean {
  return realPath(file) !== undefined;
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Its programs are run, and its certificates are trusted: it is never a file of a commit. */
function loadFile(file: string, { checkout }: KubeconfigPlace): KubeConfig {
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
    return config;
  } catch (error) {
    throw new UserError(`the kubeconfig "${file}" cannot be read: ${messageOf(error).split('\n')[0]}`, {
      code: 'kubeconfig',
      hint: 'see whether "kubectl config view" can',
      cause: error,
    });
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
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

/**
 * A program that gives credentials is one of the machine: by its name from PATH, or by a path that is not below the
 * checkout. It is told what kubectl tells it.
 */
async function useOwnPrograms(config: KubeConfig, { checkout, env }: KubeconfigPlace): Promise<void> {
  const user = config.getCurrentUser();
  if (user === null) return;
  const exec = (user.exec ?? user.authProvider?.config?.exec) as ExecConfig | undefined;
  if (exec === undefined) return;
  const command = exec.command.includes(sep) ? exec.command : await findTool(exec.command, env['PATH']);
  if (!isAbsolute(command) || isInside(realPath(command) ?? command, realPath(checkout) ?? checkout)) {
    throw new UserError(`the kubeconfig starts "${exec.command}", which may be a file of the checkout`, {
      kind: 'usage',
      code: 'kubeconfig',
      hint: 'write the absolute path of a program of the machine',
    });
  }
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  exec.command = command;
  exec.env = [{ name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }, ...(exec.env ?? [])];
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
interface ExecConfig {
  command: string;
  readonly apiVersion?: string;
  env?: { readonly name: string; readonly value: string }[] | null;
}

/** Milliseconds for which credentials are used again; programs that give them keep them longer by themselves. */
const FRESH = 60_000;

type Cluster = NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>;

/** Kubernetes' own client refuses it, with words of its code. */
function refusePlainHttp({ server, skipTLSVerify }: Cluster, source: string): void {
  if (!server.startsWith('http://') || skipTLSVerify === true) return;
  throw new UserError(`the kubeconfig (${source}) names "${server}", to which nothing goes encrypted`, {
    code: 'kubeconfig',
    hint: 'write https://, or "insecure-skip-tls-verify: true" beside it where that is meant, as for kubectl proxy',
  });
}

function accessOf(config: KubeConfig, source: string): Access {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new UserError(`the kubeconfig (${source}) has no current context with a cluster`, {
      code: 'kubeconfig',
      hint: 'choose one: kubectl config use-context <name>',
    });
  }
  refusePlainHttp(cluster, source);
  const context = config.getContextObject(config.getCurrentContext());
  const ask = createCredentials(config, cluster.server.startsWith('http:'));
  let known: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;
  return {
    server: cluster.server,
    context: context?.name === 'inClusterContext' ? undefined : context?.name,
    namespace: context?.namespace || undefined,
    source,
    credentials(fresh) {
      if (!fresh && known !== undefined && performance.now() - known.at < FRESH) return known.credentials;
      const credentials = ask();
      known = { at: performance.now(), credentials };
      credentials.catch(() => {
        known = undefined;
      });
      return credentials;
    },
  };
}
