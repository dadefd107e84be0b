import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine, type EngineApi } from '../../src/io/engine.ts';
import { engineHost } from '../../src/io/engine-host.ts';
import { parseReference } from '../../src/oci/reference.ts';
import type { Reference } from '../../src/oci/types.ts';
import { registryAuthHeader } from '../../src/registry/login/docker-config.ts';
import type { RunPlan } from '../../src/run/run.ts';
import { type Bench, backendContract, outcomeOf } from '../backends/contract.ts';
import { dockerOn, runPlan, SECRET } from '../backends/docker-bench.ts';
import { SHELL_PROGRAMS } from '../backends/shell-programs.ts';
import { docker } from './support/containers.ts';
import { type Parts, startParts } from './support/parts.ts';

interface RealBench extends Bench {
  readonly parts: Parts;
  readonly url: string;
  readonly image: Reference;
  readonly engine: EngineApi;
}

async function startRealBench(name: string): Promise<RealBench> {
  const parts = await startParts({ name, bases: ['busybox'] });
  const env = { ...process.env, ...parts.env };
  const { url } = await engineHost({
    env,
    home: homedir(),
    readText: async () => undefined,
    exists: async () => true,
  });
  const { host: registry, password = '', username = '' } = parts.registry;
  const image = {
    ...parseReference(parts.busybox?.reference ?? ''),
    tag: undefined,
    digest: digestIn(parts),
  };
  const auth = registryAuthHeader(registry, { kind: 'password', username, password });
  return {
    parts,
    url,
    image,
    engine: createEngine({ url, source: 'the test' }),
    connect: () => dockerOn(url, { pullAuth: async () => auth }).backend,
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(image, { kind: 'arguments', words: ['no-such-command'] }, changes)
        : runPlan(image, { kind: 'shell', shell: 'sh', text: SHELL_PROGRAMS[program] }, changes),
    async count(container) {
      const ids = await docker(['ps', '--all', '--quiet', '--filter', `name=^/${container}$`], parts.env);
      return ids.split('\n').filter(Boolean).length;
    },
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      const left = await docker(['ps', '--all', '--quiet', '--filter', 'label=jobimg.job=test'], parts.env);
      for (const id of left.split('\n').filter(Boolean))
        await docker(['rm', '--force', '--volumes', id], parts.env);
      await parts[Symbol.asyncDispose]();
    },
  };
}

function digestIn({ busybox }: Parts): `sha256:${string}` {
  return `sha256:${(busybox?.digest ?? '').replace('sha256:', '')}`;
}

backendContract('the docker backend on a real engine', () => startRealBench('backend'));

describe('a container of a real engine', () => {
  let bench: RealBench;
  let folder: string;
  beforeAll(async () => {
    bench = await startRealBench('container');
    folder = await mkdtemp(join(tmpdir(), 'jobimg-real-'));
  }, 300_000);
  afterAll(async () => {
    await bench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(text: string, changes: Partial<RunPlan> = {}) {
    const backend = bench.connect();
    const plan = runPlan(bench.image, { kind: 'shell', shell: 'sh', text }, changes);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const outcome = await outcomeOf(backend.follow(handle, new AbortController().signal));
    const { files } = await backend.collect(handle, plan, join(folder, plan.id));
    await backend.clean(handle);
    return { ...outcome, files };
  }

  it('that runs out of memory says so, unless it coped', async () => {
    const resources = { memory: { min: 40e6 } };
    const greedy = 'x=$(tail -c 200000000 /dev/zero | tr "\\0" a)';

    const [died, coped] = await Promise.all([
      run(`exec sh -c '${greedy}; exit 1'`, { resources }),
      run(`${greedy}; exit 0`, { resources }),
    ]);

    expect(died.verdict.reason).toBe('oom-host');
    expect([coped.verdict.reason, coped.notes]).toEqual([
      'succeeded',
      [expect.stringContaining('the memory was full')],
    ]);
  }, 300_000);

  it('lets any user write where jobs write', async () => {
    await writeFile(join(folder, 'Dockerfile'), `FROM ${bench.parts.busybox?.reference}\nUSER 4242\n`);
    const built = await docker(['build', '--quiet', folder], bench.parts.env);
    const image = { engineId: built.trim() as `sha256:${string}` };

    const { files, stdout, verdict } = await run(
      'id -u; mkdir wandb; echo 1 > outputs/a; grep CapEff /proc/self/status',
      { image },
    );

    expect(verdict.reason).toBe('succeeded');
    expect(stdout).toMatch(/^4242\nCapEff:\t0000000000000000\n$/);
    expect(files).toEqual(['outputs/a']);
  }, 300_000);

  it('takes a command that no argument could hold', async () => {
    const { stdout } = await run(`: ${'x'.repeat(200_000)}\necho done; false; echo not`);

    expect(stdout).toBe('done\n');
  }, 300_000);

  it('has the shared memory of its machine, not 64 MB', async () => {
    const { stdout } = await run('df -k /dev/shm | tail -1 | tr -s " " | cut -d " " -f 2');

    expect(Number(stdout)).toBeGreaterThan(500_000);
  }, 300_000);
});
