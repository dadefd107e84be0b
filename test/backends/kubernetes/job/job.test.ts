import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Job } from '../../../../src/backends/kubernetes/api/answers.ts';
import { jobBody, keptPlanIn } from '../../../../src/backends/kubernetes/job/job.ts';
import { keptPaths } from '../../../../src/backends/kubernetes/job/kept-paths.ts';
import { environmentSecret, pullSecret } from '../../../../src/backends/kubernetes/job/secrets.ts';
import type { KubernetesOptions } from '../../../../src/backends/types/kubernetes-options.ts';
import { keptPlan } from '../../../../src/run/kept-plan.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import { clusterPlan } from '../../kubernetes-bench.ts';

const RUN = clusterPlan('python train.py', {
  id: '77-1-train-0a1b2c3d',
  family: '77-train-0a1b2c3d',
  hash: 'sha256:ab',
  user: 1000,
  timeout: 3600,
  stopGrace: 30,
  env: new Map([
    ['HOME', '/home/job'],
    ['PRICE', '$(HOME) costs $5'],
  ]),
  secrets: ['TOKEN'],
  outputs: ['outputs/', 'model.pt'],
  labels: new Map([
    ['jobimg.deadline', '1700003600'],
    ['jobimg.repo', 'acme/train'],
    ['jobimg.sha', 'c0ffee'],
  ]),
  resources: {
    gpu: { count: { min: 2, max: 2 }, names: [], memory: { min: 24e9 }, optional: false },
    cpu: { min: 4, max: 8 },
    memory: { min: 32e9, max: 32e9 },
    shm: 16e9,
  },
});
const OPTIONS: KubernetesOptions = {
  queue: 'gpu',
  'service-account': 'trainer',
  'node-selector': new Map([['nvidia.com/gpu.product', 'NVIDIA-H100']]),
  'node-affinity': [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] }],
  tolerations: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }, { key: 'spot' }],
  'runtime-class': 'nvidia',
  'priority-class': 'low',
  'fs-group': 2000,
};
const FACTS = { namespace: 'ml', pullSecret: 'jobimg-77-1-train-0a1b2c3d-pull' };

function bodyOf(changes: Partial<RunPlan> = {}, options: KubernetesOptions = {}) {
  const run = { ...RUN, ...changes, backend: { name: 'kubernetes', options } } as RunPlan;
  return JSON.parse(JSON.stringify(jobBody(run, FACTS)));
}

const podOf = (changes?: Partial<RunPlan>, options?: KubernetesOptions) =>
  bodyOf(changes, options).spec.template.spec;

describe('the Job of a run', () => {
  it('is this, with everything that a spec can say', () => {
    const golden = new URL('job.golden.json', import.meta.url);

    expect(bodyOf({}, OPTIONS)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('is this, with everything that it may read and keep', () => {
    const golden = new URL('job-data.golden.json', import.meta.url);
    const changes = {
      inputs: [
        { name: 'train', from: { url: 'https://example.com/a.csv' }, folder: '/inputs/train', file: 'a.csv' },
      ],
      mounts: [{ from: 'pvc:datasets/imagenet', to: '/imagenet', readOnly: true }],
      caches: [{ name: 'hf', path: '/caches/hf', key: '0123456789abcdef' }],
      checkpoint: { name: 'checkpoint', path: 'ckpt', key: 'fedcba9876543210' },
      outputsTo: 'pvc:results/runs',
      resources: {},
    };

    const body = bodyOf(changes, { 'cache-claim': 'kept' });

    expect(body.spec).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
    expect(JSON.stringify(body.spec)).not.toContain('example.com');
  });

  it('of several nodes is this', () => {
    const golden = new URL('job-nodes.golden.json', import.meta.url);
    const nodes = { count: 4, outputs: 'first' } as const;

    expect(bodyOf({ nodes }, OPTIONS)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('tells its plan, for whoever has no record, and no value of a secret', () => {
    const body = bodyOf({ secrets: ['TOKEN'] });
    const metadata = { ...body.metadata, uid: 'u' };

    expect(keptPlanIn(Job.parse({ ...body, metadata }))).toEqual(keptPlan(RUN));
    expect(JSON.stringify(body)).not.toContain('hf_');
  });

  it('gives no token of a service account, no host and no privilege to anybody', () => {
    const pod = podOf({}, OPTIONS);

    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(JSON.stringify(pod)).not.toMatch(/hostPath|hostNetwork|hostPID|privileged"/);
    for (const { securityContext } of pod.containers)
      expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false });
  });

  it.each([
    ['an image that is made here', { user: 1000 }, {}, true],
    ['an image by reference', { user: undefined }, {}, false],
    ['an image by reference with a user', { user: undefined }, { 'run-as-user': 4242 }, true],
  ] as const)('asks for what is restricted with %s', (_, changes, options, isRestricted) => {
    const pod = podOf(changes, options);

    expect(pod.securityContext.runAsNonRoot === true).toBe(isRestricted);
    expect(pod.containers[0].securityContext.capabilities?.drop).toEqual(isRestricted ? ['ALL'] : undefined);
    expect(pod.securityContext.runAsUser).toBe('run-as-user' in options ? 4242 : undefined);
  });

  it('asks for no GPU, and gets none by the name of a variable, where the spec asks for none', () => {
    const env = new Map([
      ['NVIDIA_VISIBLE_DEVICES', 'all'],
      ['AMD_VISIBLE_DEVICES', 'all'],
    ]);
    const [main] = podOf({ resources: {}, env }).containers;

    expect(main.resources).toEqual({ requests: {}, limits: {} });
    expect(main.env).toEqual([{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' }]);
  });

  it('leaves the plugin of the devices to say which GPUs it has', () => {
    const env = new Map([['NVIDIA_VISIBLE_DEVICES', 'all']]);
    const [main] = podOf({ env }).containers;

    expect(main.env).toEqual([{ name: 'JOBIMG_GPU_COUNT', value: '2' }]);
    expect(main.resources.limits['nvidia.com/gpu']).toBe('2');
  });

  it('has the command alone where no outputs are wanted', () => {
    const command = { kind: 'arguments', words: ['/train', '$(HOME)', ''] } as const;
    const pod = podOf({ command }, { outputs: 'none' });

    expect(pod.containers).toHaveLength(1);
    expect(pod.containers[0].command).toEqual(['/train', '$$(HOME)', '']);
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(['shm']);
    expect(pod.activeDeadlineSeconds).toBe(3600 + 1200);
  });
});

describe('outputs in a pod', () => {
  it.each([
    ['a folder of its own', { outputs: ['outputs/'] }, ['outputs /workspace/outputs']],
    ['a folder below another one', { outputs: ['a/b/'] }, ['a/b /workspace/a/b']],
    ['a file', { outputs: ['model.pt'] }, []],
    ['the work directory', { outputs: ['.'] }, []],
    ['a folder above the work directory', { outputsFrom: '/', outputs: ['workspace/'] }, []],
    ['a folder of the system', { outputsFrom: '/', outputs: ['tmp/'] }, []],
    ['elsewhere', { outputsFrom: '/data', outputs: ['out'] }, ['out /data/out']],
    ['an image with a work directory of its own', { workdir: undefined, outputs: ['outputs/'] }, []],
  ])('are a volume, or are copied: %s', (_, changes, volumes) => {
    const paths = keptPaths({ ...RUN, metrics: [], ...changes });

    expect(paths.volumes.map(({ path, at }) => `${path} ${at}`)).toEqual(volumes);
    expect(paths.volumes.length + paths.copies.length).toBe(1);
  });
});

describe('folders that outputs are copied from', () => {
  it.each([
    [{ workdir: undefined, outputs: ['outputs/', 'm.pt'] }, ['./outputs']],
    [{ outputs: ['a/b/model.pt'] }, ['/workspace/a/b']],
    [{ outputs: ['model.pt', 'outputs/', '.'] }, []],
  ])('are made: %j', (changes, folders) => {
    expect(keptPaths({ ...RUN, metrics: [], ...changes }).folders).toEqual(folders);
  });
});

describe('the Secrets of a run', () => {
  const job = Job.parse({ metadata: { name: 'jobimg-r', uid: 'u1' }, spec: {} });
  const owner = {
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'jobimg-r', uid: 'u1', controller: true }],
  };

  it('go away with it, and hold the bytes as they are', () => {
    const value = 'line 1\n"$(x)" ü\n';
    const secret = environmentSecret(
      { ...RUN, secrets: ['TOKEN', 'ABSENT'] },
      job,
      new Map([['TOKEN', value]]),
    );

    expect(secret).toMatchObject({ metadata: { name: 'jobimg-r-env', ...owner }, type: 'Opaque' });
    expect(secret).toHaveProperty('data', { TOKEN: Buffer.from(value).toString('base64') });
  });

  it('let a node pull', () => {
    const login = { server: 'ghcr.io', username: 'u', password: 'p' };
    const secret = pullSecret(RUN, job, login) as { data: Record<string, string> };

    expect(secret).toMatchObject({ metadata: { name: 'jobimg-r-pull', ...owner } });
    expect(JSON.parse(Buffer.from(secret.data['.dockerconfigjson'] ?? '', 'base64').toString())).toEqual({
      auths: { 'ghcr.io': { username: 'u', password: 'p', auth: 'dTpw' } },
    });
  });

  it.each([
    ['too long', 'x'.repeat(131_072), '131078 bytes'],
    ['with a NUL', 'a\0b', 'a NUL byte'],
  ])('are refused where no process could have one: %s', (_, value, told) => {
    expect(() => environmentSecret(RUN, job, new Map([['TOKEN', value]]))).toThrow(told);
  });
});
