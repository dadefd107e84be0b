import { join } from 'node:path';
import { absoluteEntries, dockerFolder, namedFile, rememberFolder } from '../../io/fs/folders.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Environment, Variables } from '../../io/process/exec.ts';
import type { Repository } from '../../oci/types.ts';
import { destinationOf } from '../../plan/destination.ts';
import type { Credential } from '../../registry/login/credential.ts';
import type { Credentials } from '../../registry/login/credentials.ts';
import type { Registry } from '../../tools/registry.ts';
import type { ConnectContext } from '../context.ts';

type CredentialsContext = Pick<ConnectContext, 'inputs' | 'env' | 'exec' | 'mask' | 'caller'> & {
  readonly host: Pick<ConnectContext['host'], 'info'>;
};

/** Credentials are looked for where the user gave them, where Docker keeps them, and in GitHub's own token. */
export async function connectCredentials(context: CredentialsContext): Promise<Credentials> {
  const { inputs, env, exec, mask, host, caller } = context;
  // Code that is not trusted gets nobody's rights but its own.
  if (!caller.rights.credentials) return { find: async () => undefined, withhold: () => undefined };
  const [{ createCredentials, githubRegistryOf }, { parseDockerConfig }, { parseRegistryAuth }] =
    await Promise.all([
      import('../../registry/login/credentials.ts'),
      import('../../registry/login/docker-config.ts'),
      import('../../registry/login/registry-auth.ts'),
    ]);
  const path = join(dockerFolder(env), 'config.json');
  const config = await readTextFile(path);
  const { githubToken: token, registryAuth } = inputs;
  return createCredentials({
    registryAuth: registryAuth === undefined ? [] : parseRegistryAuth(registryAuth),
    docker: config === undefined ? undefined : parseDockerConfig(config, path),
    github:
      token === undefined
        ? undefined
        : {
            registry: githubRegistryOf(env['GITHUB_SERVER_URL'] ?? 'https://github.com'),
            actor: env['GITHUB_ACTOR'] ?? 'github',
            token,
          },
    exec: (command, args, options) => exec(command, args, { env: helperEnvironment(env), ...options }),
    mask: (values) => mask(values, 'a credential of a registry'),
    log: (line) => host.info(line),
  });
}

/**
 * The login that a builder or an engine gets for pulling. One that expired is worse there than none, so it is shown to
 * the registry first, unless that has seen it already.
 */
export async function pullLogin(
  repository: Repository,
  context: ConnectContext,
): Promise<Credential | undefined> {
  const { find } = await context.credentials();
  if ((await find(repository)) === undefined) return undefined;
  const registry = await context.registry();
  await registry.prepare(repository, 'pull');
  return find(repository);
}

/** As Docker's own configuration names the hub. */
const HUB = 'https://index.docker.io/v1/';

/**
 * The same for a place that pulls for itself, later, with a name and a password. `notTaken` says what becomes of an
 * identity token there.
 */
export async function passwordLogin(repository: Repository, notTaken: string, context: ConnectContext) {
  const credential = await pullLogin(repository, context);
  if (credential === undefined) return undefined;
  const { host, inputs } = context;
  if (credential.kind === 'identity') {
    host.info(`the login for ${repository.registry} is an identity token, ${notTaken}`);
    return undefined;
  }
  if (inputs.detach) {
    const { dyingLogin } = await import('../../run/detach/detach.ts');
    const dying = dyingLogin(repository.registry, credential.password, inputs.githubToken);
    if (dying !== undefined) host.finding(dying);
  }
  const server = repository.registry === 'docker.io' ? HUB : repository.registry;
  return { server, username: credential.username, password: credential.password };
}

/** What credential helpers read to know whose credentials to give. */
const HELPER_VARIABLES =
  /^(?:PATH|HOME|USER|XDG_[A-Z_]+|DOCKER_CONFIG|(?:AWS|AZURE|CLOUDSDK|GOOGLE|GCLOUD)_[A-Z0-9_]+)$/;

function helperEnvironment(env: Variables): Environment {
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && HELPER_VARIABLES.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(entries), PATH: absoluteEntries(env['PATH'] ?? '') };
}

type RegistryContext = Pick<
  ConnectContext,
  'inputs' | 'env' | 'clock' | 'caller' | 'credentials' | 'onRequest'
> & { readonly host: Pick<ConnectContext['host'], 'info' | 'cancelled'> };

export async function connectRegistry(context: RegistryContext): Promise<Registry> {
  const { env, clock, host } = context;
  const [{ createRegistry }, { createFetch }, { proxiesOf }] = await Promise.all([
    import('../../registry/client.ts'),
    import('../../io/http/fetch.ts'),
    import('../../io/http/proxy.ts'),
  ]);
  const certificates = namedFile(env, 'SSL_CERT_FILE');
  const fetch = createFetch({
    clock,
    userAgent: 'jobimg',
    proxies: proxiesOf(env),
    ca: certificates ? await readTextFile(certificates) : undefined,
    signal: host.cancelled,
    onRequest: context.onRequest,
  });
  const destination = destinationOf(context.inputs, context.caller);
  return createRegistry({
    fetch,
    credentials: await context.credentials(),
    clock,
    destination: destination.kind === 'registry' ? destination.repository : undefined,
    signal: host.cancelled,
    log: (line) => host.info(line),
    rememberIn: rememberFolder(env),
  });
}
