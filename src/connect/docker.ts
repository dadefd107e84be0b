import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { askedOnce } from '../asked-once.ts';
import type { Removal } from '../build/builder/own/remove.ts';
import type { EngineInfo, ImageInspect } from '../build/engine-store.ts';
import { UserError } from '../errors.ts';
import type { TargetFacts } from '../fit/facts.ts';
import { systemClock } from '../io/clock.ts';
import type { EngineApi } from '../io/engine/api.ts';
import { cancellableEngine } from '../io/engine/cancellable.ts';
import { diskOf } from '../io/fs/disk.ts';
import { homeFolder, stateFolder } from '../io/fs/folders.ts';
import { readTextFile } from '../io/fs/text-file.ts';
import { findTool, type Variables } from '../io/process/exec.ts';
import { createPresence } from '../io/process/presence.ts';
import type { BackendChoice } from '../jobspec/job/job.ts';
import { allowedContext } from '../run/plan/allowed-context.ts';
import type { Handle } from '../run/types/handle.ts';
import type { Backend } from '../tools/backend.ts';
import type { Engine } from '../tools/engine.ts';
import type { BackendConnection, LeftRunCaller } from './backend-connection.ts';
import { besideEntry } from './beside-entry.ts';
import type { ConnectContext } from './context.ts';
import { hasToolkit, listGpus, queryGpus } from './gpus.ts';
import { gatherInputs } from './input-files.ts';
import { readFitTables } from './machine/fit-tables.ts';
import { longestGrace } from './machine/longest-grace.ts';
import { runNetwork } from './machine/network.ts';
import { pullLogin } from './registry/registry.ts';

/** The engine of a Docker context, or the one that the machine has. */
export async function connectEngine(env: Variables, context?: string): Promise<EngineApi> {
  const [{ createEngine }, { engineHost }] = await Promise.all([
    import('../io/engine/engine.ts'),
    import('../io/engine/host.ts'),
  ]);
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  return createEngine(
    await engineHost({ env, home: homeFolder(env), readText: readTextFile, exists }, context),
  );
}

/** The one that the spec names, where the operator allows it, or the machine's. */
async function engineOf({ options }: BackendChoice, { env, engine }: ConnectContext) {
  const named = options['context'] === undefined ? undefined : String(options['context']);
  const context = allowedContext(named, env);
  return { context, engine: context === undefined ? await engine() : await connectEngine(env, context) };
}

async function isHere(choice: BackendChoice, context: ConnectContext): Promise<boolean> {
  return (await engineOf(choice, context)).engine.isHere;
}

/** What its machine offers; an engine that does not answer is told by those who need it. */
async function targets(choice: BackendChoice, context: ConnectContext): Promise<readonly TargetFacts[]> {
  const { env, host } = context;
  const [{ targetOfEngine }, { Info }, { DockerOptions }, { EngineError }, { engineDisk }] =
    await Promise.all([
      import('../backends/docker/engine/target.ts'),
      import('../backends/docker/engine/answers.ts'),
      import('../backends/types/docker-options.ts'),
      import('../io/engine/error.ts'),
      import('../build/builder/disks.ts'),
    ]);
  const { engine } = await engineOf(choice, context);
  try {
    const said = await engine.json({ method: 'GET', path: '/info' });
    const info = Info.parse(said);
    const [smi, toolkit, disk] = engine.isHere
      ? await Promise.all([
          queryGpus(info, env, host.cancelled),
          hasToolkit(info, env),
          engineDisk(said, { hostName: hostname(), diskOf }),
        ])
      : [];
    const only = DockerOptions.parse(choice.options).devices ?? devicesOf(env);
    return [targetOfEngine({ info, smi, toolkit, only, disk })];
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}

async function connect(
  choice: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  context: ConnectContext,
): Promise<Backend> {
  const { env, clock, host, source } = context;
  const [{ createDockerBackend }, { startGuard }, { readOwner }, { registryAuthHeader }] = await Promise.all([
    import('../backends/docker/backend.ts'),
    import('../backends/docker/deadline/guard-start.ts'),
    import('../host/user-id.ts'),
    import('../registry/login/docker-config.ts'),
  ]);
  const { info, finding } = host;
  const { context: dockerContext, engine } = await engineOf(choice, context);
  return createDockerBackend({
    engine,
    context: dockerContext,
    machine: await machineOf(engine).catch(noAnswer),
    clock,
    secrets,
    async pullAuth(repository) {
      const credential = await pullLogin(repository, context);
      if (credential === undefined) return undefined;
      if (engine.isPrivate) return registryAuthHeader(repository.registry, credential);
      info(`no login for ${repository.registry} is sent to ${engine.url}: it is reached without TLS`);
      return undefined;
    },
    code: (mount) => source.tar([mount]),
    inputs: (inputs) => gatherInputs(inputs, context),
    network: () => runNetwork(context, engine.isPrivate),
    allowMounts: env['JOBIMG_ALLOW_MOUNTS'],
    ...(engine.isHere
      ? {
          spawnGuard: (words: string) =>
            startGuard(words, { script: besideEntry('guard.js'), env, context: dockerContext }),
        }
      : {}),
    devices: devicesOf(env),
    listGpus: (machine) => listGpus(machine, env, host.cancelled),
    queryGpus: (machine) => queryGpus(machine, env, host.cancelled),
    tables: () => readFitTables(context.inputs),
    owner: await readOwner(stateFolder(env)),
    // A look goes through a connection of its own, and one by ssh takes longer.
    barEvery: engine.isHere ? host.barEvery : undefined,
    presence: createPresence('follower'),
    longestGrace: longestGrace(env),
    progress: info,
    finding,
  });
}

/** The name of the machine of an engine; undefined: it has none. */
const machineOf = askedOnce(async (engine: EngineApi): Promise<string | undefined> => {
  const { Info } = await import('../backends/docker/engine/answers.ts');
  return Info.parse(await engine.json({ method: 'GET', path: '/info' })).Name;
});

/** It is told by whoever starts something there. */
function noAnswer(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}

/** undefined: any. */
function devicesOf(env: Variables): readonly string[] | undefined {
  const devices = (env['JOBIMG_DEVICES'] ?? '').split(',').map((device) => device.trim());
  const named = devices.filter((device) => device !== '');
  return named.length === 0 || named.includes('all') ? undefined : named;
}

async function reconnect({ native }: Handle, { env, host }: LeftRunCaller): Promise<Backend> {
  const { createDockerBackend } = await import('../backends/docker/backend.ts');
  const engine = await connectEngine(env, native['context']);
  if (engine.url !== native['engine']) {
    throw new UserError(
      `it was started on the engine at ${native['engine']}, and the one here is ${engine.url}`,
      {
        code: 'engine',
        hint: 'manage it there, with DOCKER_HOST or its Docker context',
      },
    );
  }
  return createDockerBackend({
    engine,
    clock: systemClock,
    secrets: new Map(),
    pullAuth: async () => undefined,
    presence: createPresence('follower'),
    longestGrace: longestGrace(env),
    progress: host.info,
    finding: host.finding,
  });
}

/** What came of removing the builder that was made beside the engine. */
export async function removeBuilder(env: Variables, cancelled?: AbortSignal): Promise<Removal> {
  const { removeOwnBuilder } = await import('../build/builder/own/remove.ts');
  return await removeOwnBuilder(await connectOwnEngine(env, cancelled));
}

/** The engine of this machine's environment. */
export async function connectOwnEngine(env: Variables, cancelled?: AbortSignal): Promise<EngineApi> {
  const engine = await connectEngine(env);
  return cancelled === undefined ? engine : cancellableEngine(engine, cancelled);
}

export async function connectStore(context: ConnectContext): Promise<Engine> {
  const { createEngineStore } = await import('../build/engine-store.ts');
  const engine = cancellableEngine(await context.engine(), context.host.cancelled);
  const info = async () => (await engine.json({ method: 'GET', path: '/info' })) as EngineInfo;
  return createEngineStore((name) => inspectImage(engine, name), info);
}

/** The best shell that the image has; docker itself minds the terminal. */
async function openTerminal({ name, native }: Handle, env: Variables): Promise<number> {
  const [{ interact }, { childEnvironment }] = await Promise.all([
    import('../io/process/interactive.ts'),
    import('../build/command/child-environment.ts'),
  ]);
  const context = native['context'] === undefined ? [] : ['--context', native['context']];
  const terminal = process.stdin.isTTY ? ['--tty'] : [];
  const shell = ['sh', '-c', 'if command -v bash >/dev/null; then exec bash; else exec sh; fi'];
  const docker = await findTool('docker', env['PATH']);
  return interact(
    docker,
    [...context, 'exec', '--interactive', ...terminal, name, ...shell],
    childEnvironment(env, []),
  );
}

async function inspectImage(engine: EngineApi, name: string): Promise<ImageInspect | undefined> {
  const { EngineError } = await import('../io/engine/error.ts');
  try {
    return (await engine.json({ method: 'GET', path: `/images/${name}/json` })) as ImageInspect;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

export const DOCKER_CONNECTION: BackendConnection = { connect, reconnect, isHere, targets, openTerminal };
