import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/io/clock.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { outcomeOf } from '../contract.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  kubernetesOn,
  plainAccess,
  startKubernetesBench,
} from '../kubernetes-bench.ts';

const NEVER = new AbortController().signal;

describe('outputs that are fetched from a pod', () => {
  let bench: FakeKubernetesBench;
  let folder: string;
  beforeEach(async () => {
    bench = await startKubernetesBench();
    folder = await mkdtemp(join(tmpdir(), 'jobimg-outputs-'));
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** No time passes while it waits, unless by its own count. */
  async function collected(broken: number, changes: Partial<RunPlan> = {}) {
    let ahead = 0;
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + ahead,
      sleep: async (milliseconds: number) => {
        ahead += milliseconds;
      },
    };
    const { backend: runner } = kubernetesOn(plainAccess(bench.cluster.url), { allowMounts: 'pvc:results' });
    const { backend, progress } = kubernetesOn(plainAccess(bench.cluster.url), { clock });
    const run = clusterPlan('leaves', { metrics: [], ...changes });
    const handle = await runner.submit(run, runner.intentOf(run));
    await outcomeOf(runner.follow(handle, NEVER));
    bench.cluster.brokenCommands = broken;
    return { ...(await backend.collect(handle, run, join(folder, 'out'))), handle, progress };
  }

  it('come whole, however often the connection broke', async () => {
    const { files, findings, kept, progress } = await collected(3);

    expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
    expect(await readFile(join(folder, 'out/outputs/a.txt'), 'utf8')).toBe('1\n');
    expect([findings.length, kept]).toEqual([1, undefined]);
    expect(findings[0]?.message).toMatch(/^1 entry of the outputs was left out/);
    expect(progress.filter((line) => line.startsWith('trying again'))).toHaveLength(3);
  });

  it('stay in their claim, but for what the result is read from', async () => {
    const changes = { outputsTo: 'pvc:results/runs', metrics: [{ path: 'outputs/b/c.txt' }] };
    const { files, findings, handle } = await collected(0, changes);

    expect(files).toEqual(['outputs/b/c.txt']);
    expect(findings).toEqual([
      {
        level: 'notice',
        code: 'outputs',
        message: `the outputs are in the claim "results", in the folder /runs/${handle.run}`,
      },
    ]);
  });

  it('stay in the pod where they could not be fetched, which is said', async () => {
    const { files, findings, handle, kept } = await collected(10_000);

    expect(files).toEqual([]);
    expect(kept?.name).toBe(handle.name);
    expect(kept?.commands[0]).toMatch(
      /^mkdir -p \S+\/out\/kept && kubectl --namespace default exec jobimg-\S+ --container outputs -- sh '-c' .* \| tar -xf - -C \S+$/,
    );
    expect(kept?.commands.at(-1)).toBe(`kubectl --namespace default delete job ${handle.name}`);
    expect(findings[0]?.message).toContain('the output "outputs" could not be copied');
    expect(findings[0]?.message).toContain('for 10 minutes');
  });
});
