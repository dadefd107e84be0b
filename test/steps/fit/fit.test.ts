import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { TargetFacts } from '../../../src/fit/facts.ts';
import { targetOfSmi } from '../../../src/fit/smi.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { main } from '../../../src/steps/main.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { MACHINES, type MachineName } from '../../fit/machines.ts';

const LOCK = `version = 1

[[package]]
name = "nvidia-cuda-runtime"
version = "13.0.96"

[[package]]
name = "torch"
version = "2.11.0"
`;

const requirements = (text: string) => ({
  'jobimg.yml': 'run: python train.py\ngpu: 1\n',
  'requirements.txt': text,
});
const pylock = {
  'jobimg.yml': 'run: python train.py\ngpu: 1\nimage: { requirements: requirements.lock }\n',
  'requirements.lock': 'nvidia-cuda-runtime==13.0.96\ntorch==2.11.0\n',
};

type Files = Readonly<Record<string, string>>;

async function findings(
  files: Files,
  machine: MachineName | undefined,
  changes: Partial<Inputs> = {},
  more: Partial<TargetFacts> = {},
) {
  const world = fakeWorld(files);
  if (machine !== undefined)
    world.targets = [{ ...targetOfSmi({ query: MACHINES[machine] }, "the engine's machine"), ...more }];
  const inputs = {
    ...INPUT_DEFAULTS,
    folder: '/repository',
    registry: { kind: 'none' },
    ...changes,
  } as const;
  try {
    const result = await main(inputs, world.tools);
    return { builds: world.builds.length, found: result.findings.filter(isFit) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { builds: world.builds.length, found: error.findings.filter(isFit) };
  }
}

function isFit({ code }: { readonly code: string }): boolean {
  return code.startsWith('fit-');
}

describe('a job and the GPU of the machine', () => {
  it('do not go together, which is told before anything is built, with the line of the spec', async () => {
    const { builds, found } = await findings(requirements('torch==2.11.0\n'), 'l40s');

    expect(builds).toBe(0);
    expect(found).toEqual([
      {
        level: 'error',
        code: 'fit-driver',
        message:
          "the job train: torch 2.11.0 with CUDA 13.0 (requirements.txt, in the build that PyPI has of torch 2.11) needs driver 580.65.06 or newer, and the engine's machine has driver 560.35.05 (nvidia-smi)",
        hint: 'write image: { cuda: "12.9" }, whose programs that driver runs, or take a machine with driver 580 (a runner with the label "driver:580")',
        location: { file: 'jobimg.yml', line: 2, column: 6 },
      },
    ]);
  });

  it.each<[string, Files, MachineName | undefined, readonly string[]]>([
    ['a build that is named', requirements('torch==2.7.1+cu126\n'), 'l40s', []],
    ['a lock', pylock, 'l40s', ['fit-driver error']],
    ['a lock on a new driver', pylock, 'h200', []],
    ['what is not pinned', requirements('torch\n'), 'l40s', ['fit-driver warning']],
    ['jax with its own CUDA', requirements('jax[cuda13]==0.12.0\n'), 'l40s', ['fit-driver error']],
    ['an older CUDA of jax', requirements('jax[cuda12]\n'), 'l40s', []],
    ['jax that says no number', requirements('jax [cuda]\n'), 'l40s', []],
    ['TensorFlow with CUDA', requirements('tensorflow[and-cuda]==2.18.0\n'), 't4', ['fit-driver error']],
    ['TensorFlow without one', requirements('tensorflow==2.18.0\n'), 'l40s', ['fit-unknown notice']],
    [
      'a newer TensorFlow than the table has',
      requirements('tensorflow[and-cuda]==9.1\n'),
      'l40s',
      ['fit-unknown notice'],
    ],
    ['no torch', requirements('tqdm==4.67.1\n'), 'l40s', ['fit-unknown notice']],
    [
      'the CUDA of the spec',
      { ...requirements('torch==2.7.1\n'), 'jobimg.yml': 'run: x\ngpu: 1\nimage: { cuda: 12.6 }\n' },
      'l40s',
      [],
    ],
    ['no dependency at all', { 'jobimg.yml': 'run: x\ngpu: 1\n' }, 'rtx5090', ['fit-architecture error']],
    [
      'the base',
      { 'jobimg.yml': 'run: x\ngpu: 1\nimage: { base: "nvidia/cuda:13.1.0-runtime-ubuntu24.04" }\n' },
      'rtx5090',
      ['fit-driver error'],
    ],
    [
      'an own Dockerfile',
      {
        'jobimg.yml': 'run: x\ngpu: 1\nimage: { dockerfile: Dockerfile }\n',
        Dockerfile: 'FROM pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime\n',
      },
      'rtx5090',
      ['fit-architecture error'],
    ],
    ['a machine that says nothing', requirements('torch==2.7.1\n'), undefined, ['fit-unknown warning']],
    [
      'a GPU that is too small',
      { ...requirements('torch==2.7.1\n'), 'jobimg.yml': 'run: x\ngpu: 80GB\n' },
      'l40s',
      ['fit-gpu error'],
    ],
  ])('with %s', async (_, files, machine, expected) => {
    const { found } = await findings(files, machine);

    expect(
      found.filter(({ code }) => code !== 'fit-driver-end').map(({ code, level }) => `${code} ${level}`),
    ).toEqual(expected);
  });

  it.each([
    ['warn', ['warning']],
    ['off', []],
  ])('preflight: %s', async (preflight, levels) => {
    const files = { ...pylock, 'jobimg.yml': `${pylock['jobimg.yml']}preflight: ${preflight}\n` };
    const { found } = await findings(files, 'l40s');

    expect(found.map(({ level }) => level)).toEqual(levels);
  });

  const SEVERAL = 'image: { platforms: [linux/amd64, linux/arm64] }\n';

  it.each<[string, string, string | undefined, readonly string[]]>([
    ['amd64', 'torch==2.7.1', 'amd64', []],
    // PyPI has no code for GPUs in torch 2.7 for arm64.
    ['arm64', 'torch==2.7.1', 'arm64', ['fit-architecture warning', 'fit-unknown notice']],
    ['another one', 'torch==2.7.1', 'riscv64', ['fit-platform error']],
    ['nobody knows which', 'torch==2.7.1', undefined, ['fit-unknown notice']],
  ])('of several platforms is compared with the image for its CPUs: %s', async (_, torch, cpu, expected) => {
    const files = {
      'jobimg.yml': `run: x\ngpu: 1\n${SEVERAL}`,
      'requirements.txt': `${torch}\n`,
    };
    const architecture = cpu === undefined ? undefined : { value: cpu, source: 'the engine' };
    const { found } = await findings(files, 'h200', {}, { architecture });

    expect(found.map(({ code, level }) => `${code} ${level}`)).toEqual(expected);
  });

  it.each([
    ['docker', []],
    ['kubernetes', ['fit-smoke-test warning']],
  ])('is tried in a container on an engine alone: %s', async (backend, expected) => {
    const spec = `run: x\ngpu: 1\npreflight: smoke-test\nbackend: ${backend}\n`;
    const files = { ...requirements('torch==2.7.1\n'), 'jobimg.yml': spec };
    const registry = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;
    const { found } = await findings(files, 'h200', { until: 'plan', check: true, registry });

    expect(found.map(({ code, level }) => `${code} ${level}`)).toEqual(expected);
  });

  it('is checked alone', async () => {
    const { found } = await findings(pylock, 'l40s', { until: 'plan', check: true });
    expect(found.map(({ code, level }) => `${code} ${level}`)).toEqual(['fit-driver error']);
  });

  it('is a warning of a plan, and asks nobody offline', async () => {
    const planned = await findings(pylock, 'l40s', { until: 'plan' });
    const offline = await findings(pylock, 'l40s', { until: 'plan', offline: true });

    expect([planned, offline].map(({ found }) => found.map(({ code, level }) => `${code} ${level}`))).toEqual(
      [['fit-driver warning'], ['fit-unknown warning']],
    );
  });

  it('is compared with the labels of a runner elsewhere', async () => {
    const files = {
      ...pylock,
      'jobimg.yml': `${pylock['jobimg.yml']}runs-on: [self-hosted, "gpu:l4", "driver:535"]\n`,
    };
    const { found } = await findings(files, 'h200');

    expect(found.map(({ message }) => message)[0]).toContain(
      'the runner has driver 535 (the label "driver:535")',
    );
  });

  it('costs no request to a registry', async () => {
    const asked = async (preflight: string) => {
      const world = fakeWorld({
        ...pylock,
        'jobimg.yml': `${pylock['jobimg.yml']}preflight: ${preflight}\n`,
      });
      world.targets = [targetOfSmi({ query: MACHINES.h200 }, 'here')];
      await main({ ...INPUT_DEFAULTS, folder: '/repository', registry: { kind: 'none' } }, world.tools);
      return world.asked;
    };

    expect(await asked('error')).toEqual(await asked('off'));
  });

  it.each([
    ['the input', { data: '/etc/rows.yml' }],
    ['the defaults file', { defaults: '/etc/defaults.yml' }],
  ])('is compared by rows of the organisation, which %s names', async (_, inputs) => {
    const rows =
      'gpus:\n  - { name: L40S, compute-capability: "6.1", memory: [48], brand: nvidia, source: our own, as-of: 2026-12 }\n';
    const files = {
      ...pylock,
      'jobimg.yml': `${pylock['jobimg.yml']}runs-on: [self-hosted, "gpu:l40s", "driver:580.65.06"]\n`,
      '/etc/rows.yml': rows,
      '/etc/defaults.yml': 'data: rows.yml\n',
    };

    const [ours, own] = await Promise.all([findings(files, undefined), findings(files, undefined, inputs)]);

    const told = [ours, own].map(({ found }) => found.map(({ code, level }) => `${code} ${level}`));
    expect(told).toEqual([[], ['fit-architecture error']]);
    const wrong = { ...files, '/etc/rows.yml': rows.replace('6.1', 'six') };
    const said = await findings(wrong, undefined, inputs);
    expect(said.builds).toBe(0);
  });

  it('of a lock of uv is what its packages bring', async () => {
    const files = {
      'jobimg.yml': 'run: x\ngpu: 1\n',
      'pyproject.toml':
        '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["torch"]\n',
      'uv.lock': LOCK,
    };
    const { found } = await findings(files, 'l40s');
    expect(found.map(({ message }) => message).join()).toContain('torch 2.11.0 with CUDA 13.0 (uv.lock)');
  });
});
