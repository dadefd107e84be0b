import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGithubBackend } from '../../../src/backends/github/backend.ts';
import type { ConnectContext } from '../../../src/connect/context.ts';
import { connectRuns } from '../../../src/connect/runs.ts';
import { createGithubApi } from '../../../src/github/api.ts';
import { createRunFiles } from '../../../src/host/runs/files.ts';
import { runPlace } from '../../../src/host/runs/paths.ts';
import { runFolder } from '../../../src/host/runs/run-folder.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { createFetch } from '../../../src/io/http/fetch.ts';
import type { GithubSite } from '../../../src/jobspec/job/sites.ts';
import { createCleaner } from '../../../src/log/log.ts';
import { createMasker } from '../../../src/log/mask/masker.ts';
import type { Digest } from '../../../src/oci/types.ts';
import { createRegistry } from '../../../src/registry/client.ts';
import { exitCodeOfRuns } from '../../../src/run/representative.ts';
import { runSent } from '../../../src/steps/sent-run/run-sent.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { restlessClock } from '../../fakes/clock.ts';
import { startFakeEngine } from '../../fakes/engine-server.ts';
import { type Dispatched, type FakeWorkflowApi, startWorkflowApi } from '../../fakes/github/workflow-api.ts';
import { type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import type { Bench } from '../contract.ts';
import { dockerOn, runPlan, SECRET } from '../docker-bench.ts';
import { PROGRAMS } from '../fake-bench.ts';

const TOKEN = 'ghp_of_the_fleet';
export const SITE: GithubSite = {
  repository: 'org/fleet',
  workflow: 'jobimg.yml',
  ref: 'main',
  tokenEnv: 'FLEET_TOKEN',
};

export interface GithubBench extends Bench {
  /** `hide`: what is done to values that nothing may keep. */
  connect(hide?: (text: string) => string): Backend;
  readonly api: FakeWorkflowApi;
  readonly registry: FakeRegistry;
  readonly progress: string[];
}

/** A workflow of another repository whose job is our own step, on an engine and a registry of the tests. */
export async function startGithubBench(): Promise<GithubBench> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-fleet-'));
  // Without a list of its own it would be written to by a tag, which waits for others who write.
  const registry = await startFakeRegistry({ referrers: true });
  const engine = await startFakeEngine(join(folder, 'docker.sock'), PROGRAMS);
  const digest = registry.seed('acme/train', 'v1', {}).digest as Digest;
  const image = { registry: registry.host, path: 'acme/train', digest };
  engine.images.set(`${registry.host}/acme/train@${digest}`, {});
  const fetch = createFetch({ clock: restlessClock, userAgent: 'jobimg-test' });
  const client = () =>
    createRegistry({
      fetch,
      credentials: { find: async () => undefined, withhold: () => undefined },
      clock: restlessClock,
      destination: undefined,
      log: () => undefined,
    });
  const work = (dispatched: Dispatched) => farSide(dispatched, { folder, engine: engine.url, client, image });
  const api = await startWorkflowApi({ ...SITE, token: TOKEN, work });
  const progress: string[] = [];
  return {
    api,
    registry,
    progress,
    connect: (hide = (text) => text) =>
      createGithubBackend({
        name: 'fleet',
        site: SITE,
        api: createGithubApi({
          fetch,
          clock: restlessClock,
          url: api.url,
          repository: SITE.repository,
          token: TOKEN,
          log: (line) => void progress.push(line),
        }),
        registry: client(),
        registryHost: registry.host,
        clock: restlessClock,
        hide,
        progress: (line) => void progress.push(line),
      }),
    plan: (program, changes) =>
      runPlan(
        image,
        { kind: 'shell', shell: 'bash', text: program },
        { backend: { name: 'github', options: {} }, ...changes },
      ),
    count: async (name) =>
      [...api.runs.values()].filter(
        ({ title, conclusion }) => title.startsWith(name.replace('-', ' ')) && conclusion !== 'cancelled',
      ).length,
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await api.close();
      await engine.close();
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Far {
  readonly folder: string;
  readonly engine: string;
  readonly client: () => Tools['registry'];
  readonly image: { readonly registry: string; readonly path: string };
}

/** `run/` as a step of the other repository, with the files of a runner of its own. */
async function farSide({ inputs, cancelled, print }: Dispatched, far: Far): Promise<number> {
  const { tools } = fakeWorld({}, { env: new Map([['SECRET', SECRET]]) });
  const masker = createMasker();
  const host = {
    ...tools.host,
    cancelled,
    info: print,
    lines: (texts: readonly string[]) => texts.forEach(print),
    finding: ({ message }: { readonly message: string }) => print(message),
  };
  const asked = { ...INPUT_DEFAULTS, folder: far.folder };
  const context = {
    caller: tools.caller,
    clock: systemClock,
    env: { JOBIMG_STATE: await mkdtemp(join(far.folder, 'runner-')) },
    host,
    inputs: { ...asked, folder: join(far.folder, 'work') },
    masker,
    mask: () => undefined,
  };
  const own: Tools = {
    ...tools,
    runs: connectRuns(context as unknown as ConnectContext, () => undefined),
    files: async (run) =>
      createRunFiles(runFolder(runPlace(context.env, context.inputs.folder).folder, run, new Date()), masker),
    host,
    // What the post step of a cancelled workflow does is done here at once: nothing breaks off.
    registry: far.client(),
    backend: async () => dockerOn(far.engine).backend,
    cleaner: (keep) => createCleaner({ masker, keep, now: systemClock.now }),
  };
  const allowed = {
    run: inputs['run-id'],
    images: [`${far.image.registry}/${far.image.path}`],
    secrets: ['SECRET', 'OTHER'],
  };
  try {
    const { runs } = await runSent(inputs['plan'] ?? '', allowed, asked, own);
    return exitCodeOfRuns(runs);
  } catch (error) {
    print(String(error));
    return 1;
  }
}
