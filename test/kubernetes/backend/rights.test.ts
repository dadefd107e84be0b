import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunNetwork } from '../../../src/run/network/network.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { outcomeOf } from '../../backends/contract.ts';
import { apiOf, createObject, patchObject } from '../api.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';
import { leastRules } from './least-rules.ts';

const WAIT_MS = 120_000;
const NEVER = new AbortController().signal;

describeOnKubernetes('a run with the least rights', () => {
  let bench: RealKubernetesBench;
  let folder: string;
  beforeAll(async () => {
    bench = await startRealBench('rights', leastRules());
    folder = await mkdtemp(join(tmpdir(), 'jobimg-rights-'));
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await bench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(text: string, changes: Partial<RunPlan> = {}, { backend } = bench.backend()) {
    const plan = bench.shell(text, changes);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const outcome = await outcomeOf(backend.follow(handle, NEVER));
    const { files, findings } = await backend.collect(handle, plan, join(folder, plan.id));
    await backend.clean(handle);
    return { ...outcome, files, findings };
  }

  it(
    'is checked, started, followed, collected and removed',
    async () => {
      await bench.connect().check(bench.shell('true'));
      const text = 'echo "$SECRET" | wc -c; echo 1 >outputs/a.txt; echo "{}" >metrics.json; exit 3';
      const metrics = [{ path: 'metrics.json' }];
      const { files, stdout, verdict } = await run(text, { secrets: ['SECRET'], metrics });

      expect(verdict).toEqual({ reason: 'failed', exitCode: 3 });
      expect(Number(stdout)).toBeGreaterThan(1);
      expect(files).toEqual(['metrics.json', 'outputs/a.txt']);
    },
    WAIT_MS,
  );

  it(
    'is stopped with its grace, and leaves nothing when it is cancelled',
    async () => {
      const plan = bench.shell('trap "echo bye; exit 0" TERM; echo ready; sleep 60 & wait', {
        stopGrace: 10,
      });
      const backend = bench.connect();
      const handle = await backend.submit(plan, backend.intentOf(plan));
      const stop = new AbortController();
      const events: RunEvent[] = [];
      for await (const event of backend.follow(handle, stop.signal)) {
        events.push(event);
        if (event.type === 'log') stop.abort();
      }
      await backend.cancel(handle, 1);

      expect(events.at(-1)).toMatchObject({ verdict: { reason: 'cancelled', exitCode: 0 } });
      expect(await bench.count(handle.name)).toBe(0);
    },
    WAIT_MS,
  );

  it(
    'has the certificates, proxies and indexes of the machine that started it, unless it sets its own',
    async () => {
      const network: RunNetwork = {
        files: new Map([
          ['/run/jobimg/ca.pem', 'a certificate\n'],
          ['/run/jobimg/pip.conf', '[global]\nindex-url = https://me:word@index.example/simple\n'],
        ]),
        env: new Map([
          ['SSL_CERT_FILE', '/run/jobimg/ca.pem'],
          ['PIP_CONFIG_FILE', '/run/jobimg/pip.conf'],
          ['HTTPS_PROXY', 'http://user:word@proxy.example:3128'],
          ['NO_PROXY', 'machine.example'],
        ]),
      };
      const changes = {
        env: new Map([['NO_PROXY', 'own.example']]),
        backend: { name: 'kubernetes', options: { 'run-as-user': 4242 } },
      } as const;
      const text = 'cat "$SSL_CERT_FILE" "$PIP_CONFIG_FILE"; echo "$HTTPS_PROXY $NO_PROXY"';
      const { stdout } = await run(text, changes, bench.backend({ network: async () => network }));

      expect(stdout).toBe(
        [...network.files.values(), 'http://user:word@proxy.example:3128 own.example\n'].join(''),
      );
    },
    WAIT_MS,
  );

  it(
    'says that its memory was full, unless it coped',
    async () => {
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
    },
    WAIT_MS,
  );

  it(
    'is admitted where nobody may be root, and says so where its image may be',
    async () => {
      const label = '/metadata/labels/pod-security.kubernetes.io~1enforce';
      const path = `/api/v1/namespaces/${bench.namespace.name}`;
      await patchObject(apiOf(bench.cluster), path, [{ op: 'add', path: label, value: 'restricted' }]);
      const backend = { name: 'kubernetes', options: { 'run-as-user': 4242 } } as const;
      const [refused, admitted] = await Promise.all([
        run('id -u'),
        run('id -u; echo x >outputs/x', { backend }),
      ]);

      expect(refused.verdict).toMatchObject({
        reason: 'node-error',
        detail: expect.stringContaining('violates PodSecurity'),
        hint: expect.stringContaining('run-as-user'),
      });
      expect([admitted.stdout, admitted.files]).toEqual(['4242\n', ['outputs/x']]);
    },
    WAIT_MS,
  );

  it(
    'waits for a quota that lets nothing in, and is cancelled while it waits',
    async () => {
      const path = `/api/v1/namespaces/${bench.namespace.name}/resourcequotas`;
      await createObject(apiOf(bench.cluster), path, {
        metadata: { name: 'none' },
        spec: { hard: { pods: '0' } },
      });
      const backend = bench.connect();
      const plan = bench.shell('true', { backend: { name: 'kubernetes', options: { 'run-as-user': 1000 } } });
      const handle = await backend.submit(plan, backend.intentOf(plan));
      const stop = new AbortController();
      const told: string[] = [];
      for await (const event of backend.follow(handle, stop.signal)) {
        if (event.type !== 'state' || !('detail' in event)) continue;
        told.push(event.detail);
        if (event.detail.includes('exceeded quota')) stop.abort();
      }

      expect(told.at(-1)).toContain('exceeded quota: none');
      expect(await bench.count(handle.name)).toBe(0);
    },
    WAIT_MS,
  );
});
