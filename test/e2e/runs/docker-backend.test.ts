import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { backendContract, GUARDED_BY_PROCESS, outcomeOf } from '../../backends/contract.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { docker } from '../support/images/containers.ts';
import { type RealBench, startRealBench } from '../support/real-bench.ts';

backendContract('the docker backend on a real engine', () => startRealBench('backend'), GUARDED_BY_PROCESS);

describe('a container of a real engine', () => {
  let bench: RealBench;
  let folder: string;
  beforeAll(async () => {
    bench = await startRealBench('container');
    folder = await mkdtemp(join(tmpdir(), 'jobimg-real-'));
  });
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
  });

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
  });

  it('takes a command that no argument could hold', async () => {
    const { stdout } = await run(`: ${'x'.repeat(200_000)}\necho done; false; echo not`);

    expect(stdout).toBe('done\n');
  });

  it('has the shared memory of its machine, not 64 MB', async () => {
    const { stdout } = await run('df -k /dev/shm | tail -1 | tr -s " " | cut -d " " -f 2');

    expect(Number(stdout)).toBeGreaterThan(500_000);
  });
});
