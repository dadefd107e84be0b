import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { archiveOf } from '../../../src/download/archive.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { outcomeOf } from '../../backends/contract.ts';
import { apiOf, createObject } from '../api.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';
import { type TestClaim, testClaim } from './claim.ts';

const WAIT_MS = 120_000;
const NEVER = new AbortController().signal;
const OPTIONS = { 'run-as-user': 4242, 'cache-claim': 'data' } as const;
const PLACED = { user: 4242, backend: { name: 'kubernetes', options: OPTIONS } } as const;

describeOnKubernetes('the data of a run', () => {
  let bench: RealKubernetesBench;
  let claim: TestClaim;
  let folder: string;
  beforeAll(async () => {
    bench = await startRealBench('volumes');
    claim = await testClaim(bench.cluster, bench.namespace, 'data');
    folder = await mkdtemp(join(tmpdir(), 'jobimg-volumes-'));
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await bench?.close();
    await claim?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(text: string, changes: Partial<RunPlan>) {
    const { backend } = bench.backend({
      allowMounts: 'pvc:data,pvc:data2',
      inputs: async () => [
        () =>
          archiveOf(
            [{ path: join(folder, 'big'), size: 20_000_000, target: '/inputs/big/sub/b.bin' }],
            ['/inputs/big'],
          ),
      ],
    });
    const plan = bench.shell(text, { ...PLACED, metrics: [], ...changes });
    await backend.check(plan);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const outcome = await outcomeOf(backend.follow(handle, NEVER));
    const collected = await backend.collect(handle, plan, join(folder, plan.id));
    await backend.clean(handle);
    return { ...outcome, ...collected, plan };
  }

  it(
    'is copied into the pod before it starts, for any user, and can be changed',
    async () => {
      await writeFile(join(folder, 'big'), Buffer.alloc(20_000_000, 7));
      const inputs = [{ name: 'big', from: { path: 'big' }, folder: '/inputs/big', file: 'sub/b.bin' }];
      const text =
        'wc -c </inputs/big/sub/b.bin; echo x >>/inputs/big/sub/b.bin; echo y >/inputs/big/new; id -u';
      const { stdout, verdict } = await run(text, { inputs });

      expect([stdout, verdict.reason]).toEqual(['20000000\n4242\n', 'succeeded']);
    },
    WAIT_MS,
  );

  it(
    'is read from a claim, and kept in one: outputs, caches, and the checkpoint until the job succeeds',
    async () => {
      await mkdir(join(claim.folder, 'sets/a'), { recursive: true });
      await writeFile(join(claim.folder, 'sets/a/x.csv'), '1,2\n');
      const changes = {
        mounts: [{ from: 'pvc:data/sets/a', to: '/sets', readOnly: true }],
        caches: [{ name: 'hf', path: '/caches/hf', key: '0123456789abcdef' }],
        checkpoint: { name: 'checkpoint', path: 'ckpt', key: 'fedcba9876543210' },
        outputs: ['outputs/', 'model.pt'],
        outputsTo: 'pvc:data/results',
        outputsFrom: '/tmp',
        workdir: '/tmp',
        metrics: [{ path: 'outputs/metrics.json' }],
      };
      const text = [
        'cat /sets/x.csv; touch /sets/y 2>/dev/null || echo read-only',
        'echo "resume $JOBIMG_RESUME"; date >>/caches/hf/log; echo 1 >>ckpt/step',
        'echo m >model.pt; echo "{}" >outputs/metrics.json',
        '[ "$(wc -l <ckpt/step)" -eq 2 ]',
      ].join('; ');

      const first = await run(text, changes);
      const kept = await readFile(join(claim.folder, 'checkpoints/fedcba9876543210/step'), 'utf8');
      const second = await run(text, changes);

      expect([first.stdout, first.verdict.exitCode, kept]).toEqual(['1,2\nread-only\nresume \n', 1, '1\n']);
      expect([second.stdout, second.verdict.exitCode]).toEqual(['1,2\nread-only\nresume 1\n', 0]);
      expect(await readdir(join(claim.folder, 'checkpoints/fedcba9876543210'))).toEqual([]);
      expect(
        (await readFile(join(claim.folder, 'caches/0123456789abcdef/log'), 'utf8')).split('\n'),
      ).toHaveLength(3);
      expect(second.files).toEqual(['outputs/metrics.json']);
      expect(await readFile(join(claim.folder, 'results', second.plan.id, 'model.pt'), 'utf8')).toBe('m\n');
    },
    WAIT_MS,
  );

  it(
    'comes to each of two nodes, which share a claim and a checkpoint and keep outputs of their own',
    async () => {
      await writeFile(join(folder, 'big'), Buffer.alloc(20_000_000, 7));
      const changes = {
        nodes: { count: 2, outputs: 'first' },
        inputs: [{ name: 'big', from: { path: 'big' }, folder: '/inputs/big', file: 'sub/b.bin' }],
        mounts: [{ from: 'pvc:data/meet', to: '/meet', readOnly: false }],
        checkpoint: { name: 'checkpoint', path: 'ckpt', key: '00112233445566aa' },
        outputs: ['outputs/', 'model.pt'],
        outputsTo: 'pvc:data/results',
        outputsFrom: '/tmp',
        workdir: '/tmp',
        metrics: [{ path: 'outputs/metrics.json' }],
      } as const;
      const text = [
        'wc -c </inputs/big/sub/b.bin; echo $NODE_RANK >/meet/$NODE_RANK; echo 1 >>ckpt/$NODE_RANK',
        'while [ "$(ls /meet | wc -l)" -lt 2 ]; do sleep 0.2; done; sleep 1; ls ckpt | wc -l',
        'echo $NODE_RANK >model.pt; echo "{}" >outputs/metrics.json',
      ].join('; ');

      const { files, findings, plan, stdout, verdict } = await run(text, changes);

      const kept = (rank: number) =>
        readFile(join(claim.folder, 'results', plan.id, `node-${rank}/model.pt`), 'utf8');
      expect([stdout, verdict.reason]).toEqual(['20000000\n2\n20000000\n2\n', 'succeeded']);
      expect([files, await kept(0), await kept(1)]).toEqual([['outputs/metrics.json'], '0\n', '1\n']);
      expect(findings.map(({ message }) => message)).toEqual([
        `the outputs are in the claim "data", in the folder /results/${plan.id}/node-0`,
      ]);
      expect(await readdir(join(claim.folder, 'checkpoints/00112233445566aa'))).toEqual([]);
    },
    WAIT_MS,
  );

  it(
    'is told of in the words of the cluster where that refuses it',
    async () => {
      const path = `/api/v1/namespaces/${bench.namespace.name}/limitranges`;
      await createObject(apiOf(bench.cluster), path, {
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, default: { memory: '100Mi' } }] },
      });
      const [absent, large] = await Promise.all([
        run('true', { mounts: [{ from: 'pvc:data2', to: '/sets', readOnly: true }] }),
        run('true', { resources: { memory: { min: 2e9 } } }),
      ]);

      expect(absent.verdict).toMatchObject({
        reason: 'node-error',
        detail: expect.stringContaining('persistentvolumeclaim "data2" not found'),
      });
      expect(large.verdict).toMatchObject({
        reason: 'node-error',
        detail: expect.stringContaining('maximum memory usage per Container is 1Gi'),
        hint: expect.stringContaining('limitrange'),
      });
    },
    WAIT_MS,
  );
});
