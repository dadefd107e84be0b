import { realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Removal } from '../build/builder/remove-builder.ts';
import type { EngineInfo, ImageInspect } from '../build/engine-store.ts';
import { systemClock } from '../io/clock.ts';
import type { EngineApi } from '../io/engine.ts';
import { findTool, type Variables } from '../io/exec.ts';
import { readTextFile } from '../io/text-file.ts';
import type { Handle } from '../run/run.ts';
import type { BackendChoice } from '../spec/job.ts';
import type { Backend, Engine } from '../tools.ts';
import type { Ground } from './ground.ts';
import { gatherInputs } from './inputs.ts';
import { pullLogin } from './registry.ts';

export async function connectEngine(env: Variables, chosen?: string): Promise<EngineApi> {
  const [{ createEngine }, { engineHost }] = await Promise.all([
    import('../io/engine.ts'),
    import('../io/engine-host.ts'),
  ]);
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  return createEngine(await engineHost({ env, home: homedir(), readText: readTextFile, exists }, chosen));
}

/** The backend that runs jobs on a Docker engine, with the values of the secrets that a run names. */
export async function connectDocker(
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
    import('../backends/docker/backend.ts'),
    import('../backends/docker/guard-start.ts'),
    import('../registry/login/docker-config.ts'),
  ]);
  for (const [name, value] of secrets) mask([value], `the secret "${name}"`);
  const engine = host === undefined ? await ground.engine() : await connectEngine(env, host);
  return createDockerBackend({
    engine,
    clock,
    secrets,
    async pullAuth(repository) {
      const credential = await pullLogin(repository, ground);
      return credential === undefined ? undefined : registryAuthHeader(repository.registry, credential);
    },
    code: (mount) => source.tar([mount]),
    inputs: (inputs) => gatherInputs(inputs, ground),
    allowMounts: env['JOBIMG_ALLOW_MOUNTS'],
    spawnGuard: (words) => startGuard(words, { script: besideEntry('guard.js'), env, host }),
    devices: env['JOBIMG_DEVICES']?.split(',').filter((device) => device !== ''),
    progress: info,
    finding,
  });
}

/** The backend of a run that an earlier process left behind; what it needs is in the handle and on this machine. */
export async function connectLeftRun(
  { native }: Handle,
  env: Variables,
  tell: (line: string) => void,
): Promise<Backend> {
  const { createDockerBackend } = await import('../backends/docker/backend.ts');
  return createDockerBackend({
    engine: await connectEngine(env, native['engine']),
    clock: systemClock,
    secrets: new Map(),
    pullAuth: async () => undefined,
    progress: tell,
    finding: ({ message }) => tell(message),
  });
}

/** What came of removing the builder that was made beside the engine. */
export async function removeBuilder(env: Variables): Promise<Removal> {
  const { removeOwnBuilder } = await import('../build/builder/remove-builder.ts');
  return await removeOwnBuilder(await connectEngine(env));
}

export async function connectStore(ground: Ground): Promise<Engine> {
  const { createEngineStore } = await import('../build/engine-store.ts');
  const engine = await ground.engine();
  const info = async () => (await engine.json({ method: 'GET', path: '/info' })) as EngineInfo;
  return createEngineStore((name) => inspectImage(engine, name), info);
}

/** The best shell that the image has; docker itself minds the terminal. */
export async function openTerminal(container: string, env: Variables): Promise<number> {
  const [{ interact }, { childEnvironment }] = await Promise.all([
    import('../io/interactive.ts'),
    import('../build/child-environment.ts'),
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

/** A file of `dist`, where the entry that was started stands too. */
function besideEntry(name: string): string {
  return join(dirname(realpathSync(process.argv[1] ?? '')), name);
}

async function inspectImage(engine: EngineApi, name: string): Promise<ImageInspect | undefined> {
  const { EngineError } = await import('../io/engine.ts');
  try {
    return (await engine.json({ method: 'GET', path: `/images/${name}/json` })) as ImageInspect;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}
