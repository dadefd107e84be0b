import { getEventListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection } from '../../../src/backends/kubernetes/api/connection.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { createCleaner } from '../../../src/log/log.ts';
import { createMasker } from '../../../src/log/mask/masker.ts';
import { runAll } from '../../../src/steps/runs/run-all.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { type FakeKubernetes, startFakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { IMAGE_NAME } from '../fake-bench.ts';
import { clusterPlan, kubernetesOn, plainAccess } from '../kubernetes-bench.ts';

const RUNS = 100;

describe('a hundred runs that one process starts at once', () => {
  let cluster: FakeKubernetes;
  let folder: string;
  /** How often each was begun, by its number. */
  let begun: number[];
  beforeEach(async () => {
    begun = Array.from({ length: RUNS }, () => 0);
    const program = {
      async tells({ env, files, print }: Parameters<Parameters<typeof startFakeKubernetes>[0][string]>[0]) {
        const number = Number(env.get('NUMBER'));
        begun[number] = (begun[number] ?? 0) + 1;
        print(`I am ${number}\n`);
        files.set('/workspace/outputs/number.txt', { content: String(number) });
        return number % 10 === 0 ? 3 : 0;
      },
    };
    cluster = await startFakeKubernetes(program);
    cluster.images.add(IMAGE_NAME);
    folder = await mkdtemp(join(tmpdir(), 'jobimg-many-'));
  });
  afterEach(async () => {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all made once, and each has its own log, outputs and end', async () => {
    const world = fakeWorld({});
    const access = plainAccess(cluster.url);
    const log = (): void => undefined;
    const connection = createConnection({ access, clock: systemClock, log });
    const logs = new Map<string, string>();
    const leaving = new AbortController().signal;
    const signals = new Set<AbortSignal>();
    let listeners = 0;
    const tools: Tools = {
      ...world.tools,
      host: { ...world.tools.host, leaving },
      cleaner: (keep) => createCleaner({ masker: createMasker(), keep, now: systemClock.now }),
      // As each leg has it, for the secrets of its own.
      async backend() {
        const { backend } = kubernetesOn(access, connection);
        return {
          ...backend,
          follow(handle, signal, leavingToo) {
            for (const one of [signal, leavingToo ?? leaving]) signals.add(one);
            return backend.follow(handle, signal, leavingToo);
          },
        };
      },
      files: async ({ id }) => ({
        ...(await world.tools.files({ id })),
        folder: join(folder, id),
        async writeLog(bytes) {
          for (const signal of signals)
            listeners = Math.max(listeners, getEventListeners(signal, 'abort').length);
          logs.set(id, (logs.get(id) ?? '') + Buffer.from(bytes).toString());
        },
      }),
    };
    const plans = Array.from({ length: RUNS }, (_, number) =>
      clusterPlan('tells', {
        leg: { label: String(number), values: new Map(), failFast: false },
        env: new Map([['NUMBER', String(number)]]),
        metrics: [],
      }),
    );

    const { runs } = await runAll(plans, tools);
    await Promise.all(world.afterwards);

    expect(begun).toEqual(plans.map(() => 1));
    expect(runs.map(({ run, verdict }) => [run.id, verdict.exitCode])).toEqual(
      plans.map(({ id }, number) => [id, number % 10 === 0 ? 3 : 0]),
    );
    expect(plans.map(({ id }) => logs.get(id))).toEqual(plans.map((_, number) => `I am ${number}\n`));
    expect(runs.map(({ outputs }) => outputs.length)).toEqual(plans.map(() => 1));
    expect([cluster.store.list('jobs'), world.remembered.size]).toEqual([[], 0]);
    // Of Jobs and pods, for all of them; a process that waits for its network asks again after a minute.
    expect(cluster.calls.filter((call) => call.startsWith('WATCH')).length).toBeLessThan(RUNS / 10);
    // Of more, Node tells whoever started them.
    expect(listeners).toBeLessThanOrEqual(10);
  });
});
