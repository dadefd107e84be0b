import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANNOTATION } from '../../src/oci/types.ts';
import { inherited, jobimg } from '../e2e/support/jobimg.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { startStep } from '../e2e/support/runner.ts';
import { type Watched, watch } from '../e2e/support/watched.ts';
import { type FakeEngine, startFakeEngine } from '../fakes/engine-server.ts';
import { type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { sampleOf, tell } from './sample.ts';

/** A machine of its own: a registry that has the environment, an engine that can run it, a home. */
interface Ground {
  readonly registry: FakeRegistry;
  readonly engine: FakeEngine;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called with each request to either of them, before it is answered; true when it never is. */
  onRequest: () => boolean;
  requests: number;
  killed: boolean;
  /** Containers that were started. */
  starts: number;
  /** Whether the process that is killed had begun to remove its container, and so had kept the result. */
  removing: boolean;
  close(): Promise<void>;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await sleep(3_600_000, undefined, { signal, ref: false }).catch(() => undefined);
}

async function startGround(spec: (registry: string) => string): Promise<Ground & { repository: Repository }> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-kill-'));
  const registry = await startFakeRegistry({});
  registry.seed('library/python', '3.13', { index: true });
  const repository = await repositoryWith({
    files: { 'jobimg.yml': spec(registry.host), 'main.py': 'print(1)\n' },
  });
  const engine = await startFakeEngine(join(folder, 'docker.sock'), {
    prints: ({ print }) => {
      print('hello\n');
      return 0;
    },
    sleeps: async ({ print, stopping }) => {
      print('started\n');
      await untilAborted(stopping);
      return 143;
    },
  });
  // What it pulls is there.
  engine.remote.get = () => ({});
  const ground = {
    registry,
    engine,
    repository,
    folder,
    env: {
      ...inherited(),
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      DOCKER_HOST: engine.url,
    },
    requests: 0,
    killed: false,
    starts: 0,
    removing: false,
    onRequest: () => false,
    async close() {
      await engine.close();
      await registry.close();
      await repository[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const count = (): boolean => {
    ground.requests += 1;
    return ground.onRequest();
  };
  engine.fault = (call) => {
    const isLost = count();
    if (!ground.killed && call.startsWith('DELETE ')) ground.removing = true;
    if (!isLost && /^POST .*\/start$/.test(call)) ground.starts += 1;
    return isLost;
  };
  registry.watch = count;
  await seedEnvironment(ground);
  return ground;
}

const words = ({ registry }: Ground, command: string): readonly string[] => [
  command,
  '--registry',
  `${registry.host}/acme/train`,
  '--json',
];

async function seedEnvironment(ground: Ground & { repository: Repository }): Promise<void> {
  const { registry, repository, env } = ground;
  const planned = await jobimg(words(ground, 'plan'), { cwd: repository.folder, env });
  const { jobs } = JSON.parse(planned.stdout) as {
    jobs: readonly { environment: { tag: string; id: string } }[];
  };
  const environment = jobs[0]?.environment;
  if (environment === undefined) throw new Error(planned.stderr);
  registry.seed('acme/train', environment.tag, { annotations: { [ANNOTATION.id]: environment.id } });
}

/** Each tag leads to a manifest whose blobs are all there. */
function tornTags({ registry: { state } }: Ground): readonly string[] {
  return [...state.tags].flatMap(([name, digest]) => {
    const [path = ''] = name.split(/:(?=[^:]*$)/);
    const manifest = state.manifests.get(`${path} ${digest}`);
    if (manifest === undefined) return [name];
    const { config, layers = [] } = JSON.parse(manifest.bytes.toString()) as Described;
    const blobs = [...(config === undefined ? [] : [config]), ...layers];
    return blobs.every((blob) => state.blobs.has(`${path} ${blob.digest}`)) ? [] : [name];
  });
}

interface Described {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
}

const MOMENTS = 20;

/** Evenly over all requests that an undisturbed start makes. */
function momentsOf(total: number): readonly number[] {
  const all = Array.from({ length: MOMENTS }, (_, index) =>
    Math.round((index * (total - 1)) / (MOMENTS - 1)),
  );
  return sampleOf([...new Set(all)], 4);
}

const spec = (registry: string): string =>
  `name: train\nrun: prints\ntimeout: 20s\nstop-grace: 1s\nimage: { base: ${registry}/library/python:3.13 }\n`;

type Start = (ground: Ground & { repository: Repository }) => Promise<Watched>;

/** Kills the process when request number `at` comes, which is never answered. */
async function killAt(at: number, ground: Ground & { repository: Repository }, start: Start): Promise<void> {
  let running: Watched | undefined;
  let due = false;
  ground.requests = 0;
  ground.onRequest = () => {
    if (ground.requests - 1 !== at) return false;
    due = true;
    running?.kill('SIGKILL');
    return true;
  };
  running = await start(ground);
  if (due) running.kill('SIGKILL');
  await running.ended;
  ground.killed = true;
  ground.onRequest = () => false;
}

const commandLine: Start = async (ground) =>
  watch('cli.js', words(ground, 'run'), { cwd: ground.repository.folder, env: ground.env });

const cases: readonly (readonly [string, Start])[] = [
  ['the command line', commandLine],
  [
    'the action',
    async ({ registry, repository, env }) => {
      const { DOCKER_HOST = '', HOME = '', XDG_STATE_HOME = '' } = env;
      const step = await startStep({
        workspace: repository.folder,
        inputs: { registry: `${registry.host}/acme/train` },
        // Of a machine that stays: what is left on another one goes with it.
        env: { DOCKER_HOST, HOME, XDG_STATE_HOME, RUNNER_ENVIRONMENT: 'self-hosted' },
      });
      return step.main;
    },
  ],
];

describe.each(cases)('%s that is killed', (name, start) => {
  it('leaves nothing half, and the next start ends right', async () => {
    const whole = await startGround(spec);
    await killAt(-1, whole, start);
    const total = whole.requests;
    await whole.close();
    const moments = momentsOf(total);

    let left = 0;
    for (const at of moments) left += await survive(at, start, name === 'the action');

    tell(`kill-${name.replaceAll(' ', '-')}`, { moments: moments.length, requests: total, left });
  });
});

/** Kills a start at that request, and starts again; how many containers the killed one left behind. */
async function survive(at: number, start: Start, isAction: boolean): Promise<number> {
  const ground = await startGround(spec);
  const run = () => jobimg(words(ground, 'run'), { cwd: ground.repository.folder, env: ground.env });
  const made = () => [...ground.registry.state.tags].filter(([tag]) => tag.includes(':train-')).length;
  try {
    await killAt(at, ground, start);
    const torn = tornTags(ground);
    const left = ground.engine.containers.size;
    const next = await run();
    // A run of a workflow is no person's to go on with: what it left goes with the first start that sees it ended.
    if (isAction) await run();

    const { code, stderr } = next;
    expect({ at, torn, code, stderr: code === 0 ? '' : stderr }).toEqual({
      at,
      torn: [],
      code: 0,
      stderr: '',
    });
    expect({ at, made: made(), torn: tornTags(ground) }).toEqual({ at, made: 1, torn: [] });
    const states = [...ground.engine.containers.values()].map(({ state }) => state);
    expect({ at, states }).toEqual({ at, states: [] });
    expect({ at, starts: ground.starts }).toEqual({ at, starts: startsOf(ground, isAction) });
    return left;
  } finally {
    await ground.close();
  }
}

/** A run is started again only where its result was kept before its process was killed. */
function startsOf({ removing, starts }: Ground, isAction: boolean): number {
  if (isAction) return starts;
  return removing ? 2 : 1;
}

describe('a run whose process was killed', () => {
  let ground: Awaited<ReturnType<typeof startGround>>;
  beforeAll(async () => {
    ground = await startGround((registry) => spec(registry).replace('prints', 'sleeps').replace('20s', '1s'));
  });
  afterAll(() => ground.close());

  it('is ended by its guard at its deadline, and a temporary folder is all that stays', async () => {
    const running = await commandLine(ground);
    await running.says(/started/);
    running.kill('SIGKILL');
    await running.ended;

    const [container] = [...ground.engine.containers.values()];
    if (container === undefined) throw new Error('there is no container');
    if (!container.ended.signal.aborted)
      await new Promise((resolve) => container.ended.signal.addEventListener('abort', resolve));

    expect(container).toMatchObject({ state: 'exited', exitCode: 143 });
    expect(await readdir(ground.folder)).toContain('docker.sock');
  });
});
