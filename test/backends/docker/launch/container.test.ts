import { describe, expect, it } from '@jest/globals';
import { deadlineCheck } from '../../../../src/backends/docker/deadline/deadline-check.ts';
import {
  chooseGpu,
  type GpuSources,
  gpuRequest,
  WITHOUT_GPU,
} from '../../../../src/backends/docker/engine/gpu.ts';
import { freeDevices } from '../../../../src/backends/docker/engine/gpu-use.ts';
import { containerCommand } from '../../../../src/backends/docker/launch/command.ts';
import {
  type ContainerFacts,
  containerBody,
  isRoot,
  missingCapacity,
} from '../../../../src/backends/docker/launch/container.ts';
import { DockerOptions } from '../../../../src/backends/types/docker-options.ts';
import type { Gpu } from '../../../../src/jobspec/job/resources.ts';
import { keptPlan } from '../../../../src/run/kept-plan.ts';
import { NO_NETWORK } from '../../../../src/run/network/network.ts';
import { runPlan } from '../../docker-bench.ts';
import { IMAGE } from '../../fake-bench.ts';

const SHELL = { kind: 'shell', shell: 'bash', text: 'python train.py' } as const;
const RUN = runPlan(IMAGE, SHELL, { id: 'r', family: 'f', hash: 'sha256:ab', timeout: 100, stopGrace: 30 });
const FACTS: ContainerFacts = {
  info: { NCPU: 8, MemTotal: 64e9 },
  user: 'job',
  command: containerCommand(SHELL, 'bash'),
  gpu: WITHOUT_GPU,
  init: true,
  limits: true,
  options: DockerOptions.parse({}),
  network: NO_NETWORK,
  image: { Id: 'sha256:ab' },
  mounts: [],
  resumes: false,
  secrets: new Map([['TOKEN', 'a\nb']]),
  marks: { submit: 's', now: 1_000_000 },
  isElsewhere: false,
};

interface Body {
  readonly Env: readonly string[];
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

function bodyOf(changes: Partial<typeof RUN> = {}, facts: Partial<ContainerFacts> = {}): Body {
  return containerBody({ ...RUN, ...changes }, { ...FACTS, ...facts }) as Body;
}

describe('the container of a run', () => {
  it('has the variables of the machine, but for those that the job or its image sets', () => {
    const env = new Map([
      ['HTTPS_PROXY', 'http://proxy:3128'],
      ['HOME', '/machine'],
      ['TOKEN', 'machine'],
      ['SSL_CERT_FILE', '/run/jobimg/ca.pem'],
    ]);
    const image = { Id: 'sha256:ab', Config: { Env: ['SSL_CERT_FILE=/opt/ca.pem', 'PATH=/bin'] } };

    const { Env } = bodyOf({ secrets: ['TOKEN'] }, { network: { files: new Map(), env }, image });

    expect(Env.filter((one) => /^(?:HTTPS_PROXY|HOME|TOKEN|SSL_CERT_FILE)=/.test(one))).toEqual([
      'HTTPS_PROXY=http://proxy:3128',
      'HOME=/tmp',
      'TOKEN=a\nb',
    ]);
  });

  it('is what the plan says, locked up', () => {
    expect(bodyOf()).toEqual({
      Image: `registry.test/acme/train@sha256:${'a'.repeat(64)}`,
      Entrypoint: ['bash'],
      Cmd: ['-eo', 'pipefail', '-c', 'python train.py'],
      Env: ['JOBIMG_DEADLINE=1100', 'HOME=/tmp', 'JOBIMG_GPU_COUNT=0', 'NVIDIA_VISIBLE_DEVICES=void'],
      Labels: {
        'jobimg.run': 'r',
        'jobimg.family': 'f',
        'jobimg.plan': 'sha256:ab',
        'jobimg.job': 'test',
        'jobimg.deadline': '1190',
        'jobimg.timeout': '100',
        'jobimg.grace': '30',
        'jobimg.submit': 's',
        'jobimg.gpus': '',
        'jobimg.record': JSON.stringify(keptPlan(RUN)),
      },
      StopSignal: 'SIGTERM',
      StopTimeout: 30,
      WorkingDir: '/workspace',
      HostConfig: {
        ShmSize: 8e9,
        PidsLimit: 32_768,
        Ulimits: [{ Name: 'stack', Soft: 67_108_864, Hard: 67_108_864 }],
        Init: true,
        NetworkMode: 'bridge',
        SecurityOpt: ['no-new-privileges'],
        CapDrop: ['ALL'],
        LogConfig: {
          Type: 'json-file',
          Config: { 'max-size': '1000g', 'max-file': '1', compress: 'false', mode: 'blocking' },
        },
        AutoRemove: false,
      },
    });
  });

  it('has its deadline kept by an engine elsewhere', () => {
    expect(bodyOf({}, { isElsewhere: true })).toHaveProperty('Healthcheck', deadlineCheck(RUN));
    expect(bodyOf()).not.toHaveProperty('Healthcheck');
  });

  it('gets no GPU by a variable or a secret with a name that runtimes read', () => {
    const name = 'NVIDIA_VISIBLE_DEVICES';
    const run = { env: new Map([[name, 'all']]), secrets: [name] };

    const { Env } = bodyOf(run, { secrets: new Map([[name, 'all']]) });

    expect(Env.filter((text) => text.startsWith(name))).toEqual([`${name}=void`]);
  });

  it('has the limits of its resources, and no swap beside them', () => {
    const { HostConfig } = bodyOf({
      resources: { cpu: { min: 2, max: 16 }, memory: { min: 4e9, max: 6e9 } },
    });

    expect(HostConfig).toMatchObject({ NanoCpus: 8e9, Memory: 6e9, MemorySwap: 6e9, ShmSize: 3e9 });
  });

  it('has the shared memory it asks for', () => {
    expect(bodyOf({ resources: { shm: 1e9 } }).HostConfig['ShmSize']).toBe(1e9);
  });

  it.each([undefined, '', 'root', '0', '0:0', 'root:root', '00'])(
    'keeps the rights of root for the user %j',
    (user) => {
      expect(isRoot(user)).toBe(true);
      expect(bodyOf({}, { user }).HostConfig).not.toHaveProperty('CapDrop');
    },
  );

  it.each(['job', '1000', '4242:0', 'rooty', '10'])('has no rights at all for the user %j', (user) => {
    expect(isRoot(user)).toBe(false);
  });

  it('carries secrets in its environment and nowhere else', () => {
    const body = bodyOf({ secrets: ['TOKEN', 'ABSENT'] });

    expect(body.Env).toContain('TOKEN=a\nb');
    expect(JSON.stringify({ ...body, Env: [] })).not.toContain('a\\nb');
  });

  it.each([
    [
      'too long',
      'x'.repeat(131_072),
      'the secret "TOKEN" has 131078 bytes, and a variable may have at most 131071',
    ],
    ['with a NUL', 'a\0b', 'the secret "TOKEN" contains a NUL byte'],
  ])('refuses a secret that is %s', (_, value, message) => {
    expect(() => bodyOf({ secrets: ['TOKEN'] }, { secrets: new Map([['TOKEN', value]]) })).toThrow(message);
  });

  it('says before the start what the machine has not got', () => {
    expect(missingCapacity({ ...RUN, resources: { cpu: { min: 9 } } }, FACTS.info)).toBe(
      "the job asks for 9 CPUs, and the engine's machine has 8",
    );
    expect(missingCapacity({ ...RUN, resources: { memory: { min: 65e9 } } }, FACTS.info)).toContain(
      '65.0 GB of memory',
    );
    expect(missingCapacity({ ...RUN, resources: { cpu: { max: 9 } } }, FACTS.info)).toBeUndefined();
    expect(missingCapacity({ ...RUN, resources: { cpu: { min: 9 } } }, {})).toBeUndefined();
  });
});

describe('the command of a container', () => {
  it.each([
    ['bash', SHELL, 'bash', ['bash', '-eo', 'pipefail', '-c', 'python train.py']],
    ['sh where there is no bash', SHELL, 'sh', ['sh', '-e', '-c', 'python train.py']],
    [
      'its arguments',
      { kind: 'arguments', words: ['python', '-c', 'print(1)'] },
      'sh',
      ['python', '-c', 'print(1)'],
    ],
  ] as const)('is %s', (_, command, shell, words) => {
    const { entrypoint, words: rest } = containerCommand(command, shell);

    expect([entrypoint, ...rest]).toEqual(words);
  });

  it('travels as a file when it is too long for an argument', () => {
    const text = `echo ${'x'.repeat(131_072)}`;

    expect(containerCommand({ ...SHELL, text }, 'bash')).toEqual({
      entrypoint: 'bash',
      words: ['-eo', 'pipefail', '/.jobimg-command'],
      file: { path: '/.jobimg-command', content: `${text}\n` },
    });
  });

  it('is refused when an argument is too long', () => {
    expect(() => containerCommand({ kind: 'arguments', words: ['a', 'x'.repeat(131_072)] }, 'sh')).toThrow(
      'word 2 of "command"',
    );
  });
});

describe('the GPUs of a container', () => {
  const one: Gpu = { count: { min: 1, max: 1 }, names: [], optional: false };
  const cdi = (...names: string[]) => ({
    DiscoveredDevices: names.map((name) => ({ Source: 'cdi', ID: `nvidia.com/gpu=${name}` })),
  });
  /** What a container gets as long as nobody has any. */
  function requestOf(gpu: Gpu, sources: GpuSources) {
    const choice = chooseGpu(gpu, sources);
    if (choice.kind !== 'free') return choice;
    return { kind: 'free', request: gpuRequest(freeDevices(choice.need, []) ?? [], sources.info) };
  }
  const docker = (which: object) => [{ Driver: '', Capabilities: [['gpu', 'compute', 'utility']], ...which }];

  it.each([
    [
      'the first, by CDI',
      one,
      cdi('0', '1', 'GPU-abc', 'all'),
      undefined,
      [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
    ],
    [
      'all of them, by CDI',
      { ...one, count: { min: 1 } },
      cdi('0', '1', 'all'),
      undefined,
      [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0', 'nvidia.com/gpu=1'] }],
    ],
    [
      'all, where CDI names no other',
      one,
      cdi('all'),
      undefined,
      [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }],
    ],
    [
      'as many as asked, by the engine',
      { ...one, count: { min: 2, max: 2 } },
      {},
      undefined,
      docker({ Count: 2 }),
    ],
    ['all, by the engine', { ...one, count: { min: 1 } }, {}, undefined, docker({ Count: -1 })],
    [
      'those of this runner',
      { ...one, count: { min: 1 } },
      {},
      ['2', '3'],
      docker({ DeviceIDs: ['2', '3'] }),
    ],
    [
      'those of this runner, by CDI',
      one,
      cdi('0', '1', '2'),
      ['2'],
      [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=2'] }],
    ],
  ] as const)('are %s', (_, gpu, info, devices, requests) => {
    expect(requestOf(gpu, { info: info as object, given: devices })).toMatchObject({
      request: { host: { DeviceRequests: requests } },
    });
  });

  it('are those that the spec names among those of this runner', () => {
    expect(requestOf(one, { info: {}, given: ['0', '1'], named: ['3', '1'] })).toMatchObject({
      request: { host: { DeviceRequests: docker({ DeviceIDs: ['1'] }) } },
    });
  });

  it('are none that this runner was not given, whatever the spec names', () => {
    expect(chooseGpu(one, { info: {}, given: ['0', '1'], named: ['2', 'GPU-1a'] })).toEqual({
      kind: 'missing',
      why: 'the spec names the GPUs 2, GPU-1a, and this runner was given 0, 1',
      hint: 'name some of those in JOBIMG_DEVICES, or leave "devices" out',
    });
  });

  it('are parts of one by the runtime of their maker', () => {
    expect(requestOf(one, { info: {}, given: ['MIG-1'] })).toMatchObject({
      request: { host: { Runtime: 'nvidia' }, env: { NVIDIA_VISIBLE_DEVICES: 'MIG-1' } },
    });
  });

  it.each([
    [
      'the engine has too few',
      { ...one, count: { min: 2 } },
      cdi('0'),
      undefined,
      'the job asks for 2 GPUs, and the engine has 1 GPU',
    ],
    [
      'the runner was given too few',
      { ...one, count: { min: 2 } },
      {},
      ['0'],
      'the job asks for 2 GPUs, and this runner was given 1 GPU',
    ],
    [
      'they are of another maker',
      { ...one, vendor: 'amd' },
      {},
      undefined,
      'GPUs of "amd" cannot be given to a container yet',
    ],
  ] as const)('are missing when %s', (_, gpu, info, devices, why) => {
    expect(chooseGpu(gpu, { info: info as object, given: devices })).toMatchObject({ kind: 'missing', why });
  });

  it('are none when none are asked for, whatever the image says', () => {
    expect(chooseGpu(undefined, { info: cdi('0') })).toEqual({ kind: 'none' });
    expect(WITHOUT_GPU.env).toEqual({ NVIDIA_VISIBLE_DEVICES: 'void' });
  });
});
