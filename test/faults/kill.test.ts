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
interface Fixture {
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

async function startFixture(
  spec: (registry: string) => string,
): Promise<Fixture & { repository: Repository }> {
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
  const fixture = {
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
    fixture.requests += 1;
    return fixture.onRequest();
  };
  engine.fault = (call) => {
    const isLost = count();
    if (!fixture.killed && call.startsWith('DELETE ')) fixture.removing = true;
    if (!isLost && /^POST .*\/start$/.test(call)) fixture.starts += 1;
    return isLost;
  };
  registry.watch = count;
  await seedEnvironment(fixture);
  return fixture;
}

const words = ({ registry }: Fixture, command: string): readonly string[] => [
  command,
  '--registry',
  `${registry.host}/acme/train`,
  '--json',
];

async function seedEnvironment(fixture: Fixture & { repository: Repository }): Promise<void> {
  const { registry, repository, env } = fixture;
  const planned = await jobimg(words(fixture, 'plan'), { cwd: repository.folder, env });
  const { jobs } = JSON.parse(planned.stdout) as {
    jobs: readonly { environment: { tag: string; id: string } }[];
  };
  const environment = jobs[0]?.environment;
  if (environment === undefined) throw new Error(planned.stderr);
  registry.seed('acme/train', environment.tag, { annotations: { [ANNOTATION.id]: environment.id } });
}

/** Each tag leads to a manifest whose blobs are all there. */
function tornTags({ registry: { state } }: Fixture): readonly string[] {
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

type Start = (fixture: Fixture & { repository: Repository }) => Promise<Watched>;

/** Kills the process when request number `at` comes, which is never answered. */
async function killAt(
  at: number,
  fixture: Fixture & { repository: Repository },
  start: Start,
): Promise<void> {
  let running: Watched | undefined;
  let due = false;
  fixture.requests = 0;
  fixture.onRequest = () => {
    if (fixture.requests - 1 !== at) return false;
    due = true;
    running?.kill('SIGKILL');
    return true;
  };
  running = await start(fixture);
  if (due) running.kill('SIGKILL');
  await running.ended;
  fixture.killed = true;
  fixture.onRequest = () => false;
}

const commandLine: Start = async (fixture) =>
  watch('cli.js', words(fixture, 'run'), { cwd: fixture.repository.folder, env: fixture.env });

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
    const whole = await startFixture(spec);
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
  const fixture = await startFixture(spec);
  const run = () => jobimg(words(fixture, 'run'), { cwd: fixture.repository.folder, env: fixture.env });
  const made = () => [...fixture.registry.state.tags].filter(([tag]) => tag.includes(':train-')).length;
  try {
    await killAt(at, fixture, start);
    const torn = tornTags(fixture);
    const left = fixture.engine.containers.size;
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
    expect({ at, made: made(), torn: tornTags(fixture) }).toEqual({ at, made: 1, torn: [] });
    const states = [...fixture.engine.containers.values()].map(({ state }) => state);
    expect({ at, states }).toEqual({ at, states: [] });
    expect({ at, starts: fixture.starts }).toEqual({ at, starts: startsOf(fixture, isAction) });
    return left;
  } finally {
    await fixture.close();
  }
}

/** A run is started again only where its result was kept before its process was killed. */
function startsOf({ removing, starts }: Fixture, isAction: boolean): number {
  if (isAction) return starts;
  return removing ? 2 : 1;
}

describe('a run whose process was killed', () => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  beforeAll(async () => {
    fixture = await startFixture((registry) =>
      spec(registry).replace('prints', 'sleeps').replace('20s', '1s'),
    );
  });
  afterAll(() => fixture.close());

  it('is ended by its guard at its deadline, and a temporary folder is all that stays', async () => {
    const running = await commandLine(fixture);
    await running.says(/started/);
    running.kill('SIGKILL');
    await running.ended;

    const [container] = [...fixture.engine.containers.values()];
    if (container === undefined) throw new Error('there is no container');
    if (!container.ended.signal.aborted)
      await new Promise((resolve) => container.ended.signal.addEventListener('abort', resolve));

    expect(container).toMatchObject({ state: 'exited', exitCode: 143 });
    expect(await readdir(fixture.folder)).toContain('docker.sock');
  });
});
