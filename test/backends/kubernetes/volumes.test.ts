import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jobBody } from '../../../src/backends/kubernetes/job/job.ts';
import { allowedClaims, checkClaims } from '../../../src/backends/kubernetes/job/volumes/claims.ts';
import type { KubernetesOptions } from '../../../src/backends/types/kubernetes-options.ts';
import { archiveOf } from '../../../src/download/archive.ts';
import { UserError } from '../../../src/errors.ts';
import { systemClock } from '../../../src/io/clock.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  kubernetesOn,
  plainAccess,
  startKubernetesBench,
} from '../kubernetes-bench.ts';

const NEVER = new AbortController().signal;

function podOf(changes: Partial<RunPlan>, options: KubernetesOptions = {}) {
  const run = clusterPlan('prints', { id: 'r', ...changes, backend: { name: 'kubernetes', options } });
  return JSON.parse(JSON.stringify(jobBody(run, { namespace: 'ml', pullSecret: undefined }))).spec.template
    .spec;
}

describe('a claim in a pod', () => {
  it('is one volume, however often it is mounted, and is read where nothing may be written', () => {
    const mounts = [
      { from: 'pvc:sets/a', to: '/a', readOnly: true },
      { from: 'pvc:models', to: '/models', readOnly: false },
      { from: 'pvc:sets', to: '/all', readOnly: true },
    ];
    const { containers, volumes } = podOf({ mounts });

    expect(volumes.slice(-2)).toEqual([
      { name: 'claim-0', persistentVolumeClaim: { claimName: 'sets', readOnly: true } },
      { name: 'claim-1', persistentVolumeClaim: { claimName: 'models' } },
    ]);
    expect(containers[0].volumeMounts.slice(-3)).toEqual([
      { name: 'claim-0', mountPath: '/a', subPath: 'a', readOnly: true },
      { name: 'claim-0', mountPath: '/all', readOnly: true },
      { name: 'claim-1', mountPath: '/models' },
    ]);
    expect(JSON.stringify(containers[1].volumeMounts)).not.toContain('claim-');
  });

  it('keeps the outputs of a run below its id, folders and files', () => {
    const { containers, volumes } = podOf({
      outputs: ['outputs/', 'model.pt'],
      outputsTo: 'pvc:results/runs',
    });

    expect(volumes.slice(1)).toEqual([
      { name: 'shared', emptyDir: {} },
      { name: 'outputs', persistentVolumeClaim: { claimName: 'results' } },
    ]);
    expect(containers[0].volumeMounts.slice(1)).toEqual([
      { name: 'shared', mountPath: '/.jobimg' },
      { name: 'outputs', mountPath: '/workspace/outputs', subPath: 'runs/r/outputs' },
      { name: 'outputs', mountPath: '/.jobimg/files', subPath: 'runs/r' },
    ]);
    expect(containers[1].volumeMounts).toEqual([
      { name: 'shared', mountPath: '/.jobimg' },
      { name: 'outputs', mountPath: '/.jobimg-outputs', subPath: 'runs/r' },
    ]);
  });
});

describe('the data of several nodes', () => {
  const NODES = { nodes: { count: 2, outputs: 'first' } } as const;

  it('keeps the outputs of each node below its number', () => {
    const { containers } = podOf({ ...NODES, outputs: ['$(X)/', 'model.pt'], outputsTo: 'pvc:results/runs' });

    expect(containers[0].volumeMounts.slice(2)).toEqual([
      {
        name: 'outputs',
        mountPath: '/workspace/$(X)',
        subPathExpr: 'runs/r/node-$(JOB_COMPLETION_INDEX)/$$(X)',
      },
      { name: 'outputs', mountPath: '/.jobimg/files', subPathExpr: 'runs/r/node-$(JOB_COMPLETION_INDEX)' },
    ]);
    expect(containers[1].volumeMounts.slice(1)).toEqual([
      { name: 'outputs', mountPath: '/.jobimg-outputs', subPathExpr: 'runs/r/node-$(JOB_COMPLETION_INDEX)' },
    ]);
  });

  it('has one checkpoint, and a place where each node tells that it has succeeded', () => {
    const checkpoint = { name: 'checkpoint', path: 'ckpt', key: 'fedcba9876543210' };
    const { containers } = podOf({ ...NODES, checkpoint }, { 'cache-claim': 'kept' });

    expect(containers[0].volumeMounts.slice(-2)).toEqual([
      { name: 'caches', mountPath: '/workspace/ckpt', subPath: 'checkpoints/fedcba9876543210' },
      { name: 'caches', mountPath: '/.jobimg-ended', subPath: 'checkpoints/fedcba9876543210.ended' },
    ]);
  });
});

describe('caches and a checkpoint in a pod', () => {
  const KEPT = {
    caches: [{ name: 'hf', path: '/caches/hf', key: '0123456789abcdef' }],
    checkpoint: { name: 'checkpoint', path: 'ckpt', key: 'fedcba9876543210' },
  };

  it('are folders of one claim, whose names nobody chooses', () => {
    const { containers, volumes } = podOf(KEPT, { 'cache-claim': 'kept' });

    expect(volumes.at(-1)).toEqual({ name: 'caches', persistentVolumeClaim: { claimName: 'kept' } });
    expect(containers[0].volumeMounts.slice(-2)).toEqual([
      { name: 'caches', mountPath: '/caches/hf', subPath: 'caches/0123456789abcdef' },
      { name: 'caches', mountPath: '/workspace/ckpt', subPath: 'checkpoints/fedcba9876543210' },
    ]);
  });

  it.each([['ckpt/'], ['./ckpt'], ['ckpt/best/']])(
    'are copied before it is emptied where %s is an output',
    (output) => {
      const { containers } = podOf({ ...KEPT, outputs: [output] }, { 'cache-claim': 'kept' });
      const places = containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
      const [, , script] = containers[0].command as string[];

      expect(places.filter((place: string) => place.startsWith('/workspace'))).toEqual(['/workspace/ckpt']);
      expect(script?.indexOf('cp -pPR /workspace/ckpt')).toBeGreaterThan(0);
      expect(script?.indexOf('cp -pPR /workspace/ckpt')).toBeLessThan(
        script?.indexOf('rm -rf /workspace/ckpt') ?? 0,
      );
    },
  );

  it('start empty where no claim is named', () => {
    const { containers, volumes } = podOf({ caches: KEPT.caches });

    expect(volumes.at(-1)).toEqual({ name: 'cache-0', emptyDir: {} });
    expect(containers[0].volumeMounts.at(-1)).toEqual({ name: 'cache-0', mountPath: '/caches/hf' });
  });

  it.each([
    ['in a claim, and none is named', {}, {}],
    ['does not let jobs see the claim "pvc:other"', { 'cache-claim': 'other' }, {}],
    ['whose work directory is known', { 'cache-claim': 'kept' }, { workdir: undefined }],
    ['whose work directory is known', { 'cache-claim': 'kept', outputs: 'none' }, {}],
    [
      'would cover files of the run',
      { 'cache-claim': 'kept' },
      { mounts: [{ from: 'pvc:kept', to: '/caches', readOnly: true }] },
    ],
  ] as const)('are refused: %s', async (told, options, changes) => {
    const { backend } = kubernetesOn(plainAccess('http://127.0.0.1:9'), { allowMounts: 'pvc:kept' });
    const run = clusterPlan('prints', { ...KEPT, ...changes, backend: { name: 'kubernetes', options } });

    await expect(backend.check(run)).rejects.toThrow(told);
  });
});

describe('what the operator allows', () => {
  function refusal(mount: { from: string; readOnly?: boolean }, allowed: string | undefined): string {
    const mounts = [{ to: '/data', readOnly: false, ...mount }];
    try {
      checkClaims(clusterPlan('prints', { mounts }), allowed);
    } catch (error) {
      if (error instanceof UserError) return `${error.message} > ${error.findings[0]?.hint}`;
      throw error;
    }
    return 'allowed';
  }

  it.each([
    ['pvc:sets', 'pvc:sets'],
    ['pvc:sets/a/b', '/data, pvc:sets/a'],
    ['pvc:sets/', 'pvc:sets'],
  ])('lets a job see %s by %s', (from, allowed) => {
    expect(refusal({ from }, allowed)).toBe('allowed');
  });

  it.each([
    ['pvc:sets', undefined],
    ['pvc:sets', '/sets,sets,/'],
    ['pvc:sets', 'pvc:sets/a'],
    ['pvc:sets/ab', 'pvc:sets/a'],
    ['pvc:sets2', 'pvc:sets'],
  ])('keeps %s from a job by %s', (from, allowed) => {
    expect(refusal({ from }, allowed)).toBe(
      `this machine does not let jobs see the claim "${from}" > the operator of the machine allows claims with JOBIMG_ALLOW_MOUNTS=${from} in the environment of the runner`,
    );
  });

  it('may be to read alone', () => {
    expect(refusal({ from: 'pvc:sets' }, 'pvc:sets:ro')).toContain('may only be read');
    expect(refusal({ from: 'pvc:sets', readOnly: true }, 'pvc:sets:ro')).toBe('allowed');
    expect(allowedClaims('pvc:a/b:ro')).toEqual([{ name: 'a', path: 'b', readOnly: true }]);
  });

  it('is asked before a Job is made, and covers outputs as well', async () => {
    const { backend } = kubernetesOn(plainAccess('http://127.0.0.1:9'), { allowMounts: 'pvc:sets' });
    const run = clusterPlan('prints', { outputsTo: 'pvc:results' });

    const told = 'this machine does not let jobs see the claim "pvc:results"';
    await expect(backend.check(run)).rejects.toThrow(told);
    await expect(backend.submit(run, backend.intentOf(run))).rejects.toThrow(told);
  });
});

describe('inputs of a run on a cluster', () => {
  let bench: FakeKubernetesBench;
  let folder: string;
  beforeEach(async () => {
    bench = await startKubernetesBench();
    folder = await mkdtemp(join(tmpdir(), 'jobimg-inputs-'));
    await writeFile(join(folder, 'a'), 'one');
    await writeFile(join(folder, 'b'), 'three');
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  const INPUTS = [
    { name: 'train', from: { path: 'a' }, folder: '/inputs/train', file: 'a.json' },
    { name: 'more', from: { path: 'b' }, folder: '/inputs/more', file: 'b/c' },
    { name: 'also', from: { path: 'a' }, folder: '/inputs/more', file: 'd' },
  ];

  /** As this machine has them. */
  const inputs = async () => [
    () =>
      archiveOf(
        INPUTS.map(({ file, folder: to, from: { path } }) => ({
          path: join(folder, path),
          size: path === 'a' ? 3 : 5,
          target: `${to}/${file}`,
        })),
        INPUTS.map(({ folder: to }) => to),
      ),
  ];

  async function outcome(broken: number, changes: Partial<RunPlan> = {}) {
    const clock = { ...systemClock, sleep: () => systemClock.sleep(1) };
    const { backend, progress } = kubernetesOn(plainAccess(bench.cluster.url), { inputs, clock });
    const run = clusterPlan('prints', { inputs: INPUTS, ...changes });
    const handle = await backend.submit(run, backend.intentOf(run));
    bench.cluster.brokenCommands = broken;
    const told: string[] = [];
    let verdict: unknown;
    for await (const event of backend.follow(handle, NEVER)) {
      if (event.type === 'state' && 'detail' in event) told.push(event.detail);
      if (event.type === 'end') verdict = event.verdict;
    }
    const nodes = [...bench.cluster.running.values()].map((running) =>
      [...running.files].flatMap(([name, { content, type }]) =>
        type === 'file' ? [`${name} ${content}`] : [],
      ),
    );
    return { files: nodes[0] ?? [], nodes, progress, told, verdict };
  }

  it('are there before the job is, each in its place', async () => {
    const { files, told, verdict } = await outcome(0);

    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(files).toEqual(['/inputs/train/a.json one', '/inputs/more/b/c three', '/inputs/more/d one']);
    expect(told).toContain('its inputs');
  });

  it('are brought to each of several nodes', async () => {
    const { nodes, verdict } = await outcome(1, { nodes: { count: 3, outputs: 'first' } });

    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(nodes.map((files) => files.length)).toEqual([3, 3, 3]);
  });

  it('are brought again when the connection breaks', async () => {
    const { files, progress, verdict } = await outcome(2);

    expect([verdict, files.length]).toEqual([{ reason: 'succeeded', exitCode: 0 }, 3]);
    expect(progress.filter((line) => line.includes('the connection was closed'))).toHaveLength(2);
  });

  it('come in a container of their own, with the image of the job and no GPU', () => {
    const { activeDeadlineSeconds, containers, initContainers, volumes } = podOf({ inputs: INPUTS });

    expect(initContainers).toMatchObject([
      {
        name: 'inputs',
        image: containers[0].image,
        volumeMounts: [{ name: 'inputs', mountPath: '/.jobimg-inputs' }],
        securityContext: { allowPrivilegeEscalation: false },
      },
    ]);
    expect(JSON.stringify(initContainers)).not.toContain('nvidia.com/gpu');
    expect(volumes).toContainEqual({ name: 'inputs', emptyDir: {} });
    expect(containers[0].volumeMounts.slice(1, 3)).toEqual([
      { name: 'inputs', mountPath: '/inputs/train', subPath: 'files/0' },
      { name: 'inputs', mountPath: '/inputs/more', subPath: 'files/1' },
    ]);
    expect(activeDeadlineSeconds - podOf({}).activeDeadlineSeconds).toBe(3_600);
  });
});
