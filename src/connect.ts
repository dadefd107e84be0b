import { mkdtempSync, realpathSync } from 'node:fs';
import { access, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ImageInspect } from './build/engine-store.ts';
import { UserError } from './errors.ts';
import { createRunFiles } from './host/run-files.ts';
import type { Inputs } from './inputs.ts';
import { type Clock, systemClock } from './io/clock.ts';
import { deferred } from './io/deferred.ts';
import type { EngineApi } from './io/engine.ts';
import { errnoOf } from './io/errno.ts';
import { createExec, type Exec, findTool, type Variables } from './io/exec.ts';
import type { Repository } from './oci/types.ts';
import type { FindCredential } from './registry/credentials.ts';
import { createCleaner } from './run/log.ts';
import { formsOfSecret } from './run/mask.ts';
import type { Handle } from './run/run.ts';
import { createSource } from './source/source.ts';
import type { BackendChoice } from './spec/job.ts';
import type { Backend, Builder, Caller, Engine, Host, Registry, Source, Tools } from './tools.ts';

/** In the repository's folder; Git does not see it, and it enters no image. */
const RUNS_FOLDER = 'jobimg-runs';

export interface Surroundings {
  readonly env: Variables;
  readonly host: Host;
  readonly clock: Clock;
  readonly caller: Caller;
  /** Called for every request that goes out to a registry. */
  readonly onRequest?: ((request: { readonly method: string; readonly url: URL }) => void) | undefined;
}

export interface Connected extends Tools {
  /** Removes what was only needed while the story ran. */
  close(): Promise<void>;
}

/** What several tools are made from. */
interface Ground extends Surroundings {
  readonly inputs: Inputs;
  readonly exec: Exec;
  readonly temporary: string;
  readonly source: Source;
  readonly mask: (values: readonly string[]) => void;
  readonly cleaner: Tools['cleaner'];
  readonly credentials: () => Promise<FindCredential>;
  readonly engine: () => Promise<EngineApi>;
}

/** The real tools. What is not asked for is neither made nor loaded: a run that finds its image needs no builder. */
export function connect(inputs: Inputs, around: Surroundings): Connected {
  const { env, host } = around;
  const temporary = mkdtempSync(join(temporaryFolder(env), `jobimg-${process.pid}-`));
  const exec = createExec(env['PATH']);
  const masks: string[] = [];
  const ground: Ground = {
    ...around,
    inputs,
    exec,
    temporary,
    source: createSource({ root: inputs.folder, exec, tempFolder: temporary }),
    cleaner: () => createCleaner({ masks, now: around.clock.now }),
    mask(values) {
      masks.push(...values);
      host.mask(values);
    },
    credentials: once(() => connectCredentials(ground)),
    engine: once(() => connectEngine(env)),
  };

  return {
    host,
    source: ground.source,
    caller: around.caller,
    cleaner: ground.cleaner,
    registry: deferred<Registry>(() => connectRegistry(ground), {
      resolve: true,
      find: true,
      pull: true,
      push: true,
      retag: true,
      mayPush: true,
    }),
    engine: deferred<Engine>(() => connectStore(ground), { find: true, inspect: true }),
    builder: deferred<Builder>(() => connectBuilder(ground), { build: true }),
    backend: (choice, secrets) => connectDocker(choice, secrets, ground),
    interact: ({ name }) => openTerminal(name, env),
    files: (run) => createRunFiles(join(inputs.folder, RUNS_FOLDER, run.id)),
    readText,
    close: () => rm(temporary, { recursive: true, force: true }),
  };
}

/** The backend of a run that an earlier process left behind; what it needs is in the handle and on this machine. */
export async function connectLeftRun(
  { native }: Handle,
  env: Variables,
  tell: (line: string) => void,
): Promise<Backend> {
  const { createDockerBackend } = await import('./backends/docker/backend.ts');
  return createDockerBackend({
    engine: await connectEngine(env, native['engine']),
    clock: systemClock,
    secrets: new Map(),
    pullAuth: async () => undefined,
    progress: tell,
    finding: ({ message }) => tell(message),
  });
}

/** Credentials are looked for where the user gave them, where Docker keeps them, and in GitHub's own token. */
async function connectCredentials(ground: Ground): Promise<FindCredential> {
  const { inputs, env, exec, mask, host, caller } = ground;
  // Code that is not trusted gets nobody's rights but its own.
  if (!caller.rights.credentials) return async () => undefined;
  const [{ createCredentials, githubRegistryOf }, { parseDockerConfig }, { parseRegistryAuth }] =
    await Promise.all([
      import('./registry/credentials.ts'),
      import('./registry/docker-config.ts'),
      import('./registry/registry-auth.ts'),
    ]);
  const path = join(env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
  const config = await readText(path);
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
    exec,
    mask,
    log: (line) => host.info(line),
  });
}

async function connectRegistry(ground: Ground): Promise<Registry> {
  const { env, clock, host } = ground;
  const [{ createRegistry }, { createFetch }, { proxiesOf }] = await Promise.all([
    import('./registry/client.ts'),
    import('./io/fetch.ts'),
    import('./io/proxy.ts'),
  ]);
  const certificates = env['SSL_CERT_FILE'];
  const fetch = createFetch({
    clock,
    userAgent: 'jobimg',
    proxies: proxiesOf(env),
    ca: certificates ? await readText(certificates) : undefined,
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

async function connectEngine(env: Variables, chosen?: string): Promise<EngineApi> {
  const [{ createEngine }, { engineHost }] = await Promise.all([
    import('./io/engine.ts'),
    import('./io/engine-host.ts'),
  ]);
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  return createEngine(await engineHost({ env, home: homedir(), readText, exists }, chosen));
}

/** The backend that runs jobs on a Docker engine, with the values of the secrets that a run names. */
async function connectDocker(
  { options }: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  ground: Ground,
): Promise<Backend> {
  const {
    env,
    clock,
    host: { info, finding },
    mask,
    source,
  } = ground;
  const host = options['host'] === undefined ? undefined : String(options['host']);
  const [{ createDockerBackend }, { startGuard }, { registryAuthHeader }] = await Promise.all([
    import('./backends/docker/backend.ts'),
    import('./backends/docker/guard-start.ts'),
    import('./registry/docker-config.ts'),
  ]);
  mask([...secrets.values()].flatMap(formsOfSecret));
  const engine = host === undefined ? await ground.engine() : await connectEngine(env, host);
  const credentialOf = await ground.credentials();
  return createDockerBackend({
    engine,
    clock,
    secrets,
    async pullAuth(repository) {
      const credential = await credentialOf(repository);
      return credential === undefined ? undefined : registryAuthHeader(repository.registry, credential);
    },
    code: (mount) => source.tar([mount]),
    spawnGuard: (words) => startGuard(words, { script: besideEntry('guard.js'), env, host }),
    devices: env['JOBIMG_DEVICES']?.split(',').filter((device) => device !== ''),
    progress: info,
    finding,
  });
}

async function connectStore(ground: Ground): Promise<Engine> {
  const { createEngineStore } = await import('./build/engine-store.ts');
  const engine = await ground.engine();
  return createEngineStore((name) => inspectImage(engine, name));
}

async function connectBuilder(ground: Ground): Promise<Builder> {
  const { env, inputs, clock, host, mask } = ground;
  const [
    { createBuilder },
    { DOCKERFILE },
    { removeLeftovers },
    { startProcess },
    { dockerConfigFor },
    { HOST_SECRETS },
  ] = await Promise.all([
    import('./build/buildx.ts'),
    import('./build/arguments.ts'),
    import('./build/work-folder.ts'),
    import('./io/process.ts'),
    import('./registry/docker-config.ts'),
    import('./plan/dockerfile.ts'),
  ]);
  await removeLeftovers(temporaryFolder(env));
  const store = await connectStore(ground);
  const credentialOf = await ground.credentials();

  async function credentials(repositories: readonly Repository[]): Promise<string> {
    const found = await Promise.all(
      repositories.map(async (repository) => {
        const credential = await credentialOf(repository);
        return credential === undefined ? [] : [{ registry: repository.registry, credential }];
      }),
    );
    return dockerConfigFor(found.flat());
  }

  const builder = createBuilder({
    env,
    temporary: ground.temporary,
    folder: inputs.folder,
    credentials,
    hostSecrets: HOST_SECRETS,
    builder: inputs.builder,
    cacheFrom: inputs.cacheFrom,
    cacheTo: ground.caller.rights.cacheExport ? inputs.cacheTo : [],
    engineInfo: async () => (await ground.engine()).json({ method: 'GET', path: '/info' }),
    start: startProcess,
    context: (plan) => ground.source.tar(plan.context, [{ path: DOCKERFILE, content: plan.dockerfile }]),
    loaded: async (tag) => (await store.find(tag))?.engineId,
    log: host,
    cleaner: ground.cleaner,
    signal: host.cancelled,
    wait: (milliseconds) => clock.sleep(milliseconds, host.cancelled),
  });
  return {
    build(request) {
      const { secrets } = request.plan;
      if (secrets.length > 0) assertSecretsAllowed(ground.caller);
      mask(secrets.flatMap(({ name }) => formsOfSecret(env[name] ?? '')));
      return builder.build(request);
    },
  };
}

/** The best shell that the image has; docker itself minds the terminal. */
async function openTerminal(container: string, env: Variables): Promise<number> {
  const [{ interact }, { childEnvironment }] = await Promise.all([
    import('./io/interactive.ts'),
    import('./build/child-environment.ts'),
  ]);
  const terminal = process.stdin.isTTY ? ['--tty'] : [];
  const shell = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'];
  const docker = await findTool('docker', env['PATH']);
  return interact(
    docker,
    ['exec', '--interactive', ...terminal, container, ...shell],
    childEnvironment(env, []),
  );
}

function assertSecretsAllowed({ rights }: Caller): void {
  if (rights.credentials) return;
  throw new UserError(`the build needs secrets, and gets none: ${rights.why}`, {
    code: 'untrusted',
    hint: 'build it from a branch of the repository itself',
  });
}

/** A file of `dist`, where the entry that was started stands too. */
function besideEntry(name: string): string {
  return join(dirname(realpathSync(process.argv[1] ?? '')), name);
}

async function inspectImage(engine: EngineApi, name: string): Promise<ImageInspect | undefined> {
  const { EngineError } = await import('./io/engine.ts');
  try {
    return (await engine.json({ method: 'GET', path: `/images/${name}/json` })) as ImageInspect;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** Where everything that must not outlive a call is made. */
export function temporaryFolder(env: Variables): string {
  return env['RUNNER_TEMP'] || tmpdir();
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
