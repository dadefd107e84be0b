import { join } from 'node:path';
import type { Environment, Variables } from '../io/exec.ts';
import { absoluteEntries, dockerFolder } from '../io/folders.ts';
import { readTextFile } from '../io/text-file.ts';
import type { FindCredential } from '../registry/credentials.ts';
import { formsOfSecret } from '../run/mask.ts';
import type { Registry } from '../tools.ts';
import type { Ground } from './ground.ts';

/** Credentials are looked for where the user gave them, where Docker keeps them, and in GitHub's own token. */
export async function connectCredentials(ground: Ground): Promise<FindCredential> {
  const { inputs, env, exec, mask, host, caller } = ground;
  // Code that is not trusted gets nobody's rights but its own.
  if (!caller.rights.credentials) return async () => undefined;
  const [{ createCredentials, githubRegistryOf }, { parseDockerConfig }, { parseRegistryAuth }] =
    await Promise.all([
      import('../registry/credentials.ts'),
      import('../registry/docker-config.ts'),
      import('../registry/registry-auth.ts'),
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
    mask: (values) => mask(values.flatMap(formsOfSecret)),
    log: (line) => host.info(line),
  });
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

export async function connectRegistry(ground: Ground): Promise<Registry> {
  const { env, clock, host } = ground;
  const [{ createRegistry }, { createFetch }, { proxiesOf }] = await Promise.all([
    import('../registry/client.ts'),
    import('../io/fetch.ts'),
    import('../io/proxy.ts'),
  ]);
  const certificates = env['SSL_CERT_FILE'];
  const fetch = createFetch({
    clock,
    userAgent: 'jobimg',
    proxies: proxiesOf(env),
    ca: certificates ? await readTextFile(certificates) : undefined,
    signal: host.cancelled,
    onRequest: ground.onRequest,
  });
  const credentials = await ground.credentials();
  return createRegistry({
    fetch,
    credentials,
    clock,
    signal: host.cancelled,
    log: (line) => host.info(line),
  });
}
