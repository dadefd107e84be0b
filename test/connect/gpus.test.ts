import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hasToolkit, listGpus } from '../../src/connect/gpus.ts';

const HERE = { Name: hostname(), MemTotal: totalmem() };
const NEVER = new AbortController().signal;

describe('the GPUs that the tool of their driver lists', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-smi-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function list(script: string | undefined, machine: Parameters<typeof listGpus>[0] = HERE) {
    const tool = join(folder, 'nvidia-smi');
    if (script !== undefined) await writeFile(tool, `#!/bin/sh\n${script}\n`);
    if (script !== undefined) await chmod(tool, 0o755);
    return await listGpus(machine, { PATH: folder }, NEVER);
  }

  it('are those of this machine', async () => {
    expect(await list('echo "$@"')).toBe('-L\n');
  });

  it('are told as far as they answer', async () => {
    expect(await list('echo "GPU 0: A (UUID: GPU-1)"; exit 15')).toBe('GPU 0: A (UUID: GPU-1)\n');
  });

  it.each([
    ['the engine is of another machine', 'echo x', { ...HERE, Name: 'elsewhere' }],
    ['the engine runs in a virtual machine', 'echo x', { ...HERE, MemTotal: 1e9 }],
    ['the engine does not say where it is', 'echo x', {}],
    ['there is no such tool', undefined, HERE],
    ['there is no driver', 'exit 9', HERE],
  ])('are not known when %s', async (_, script, machine) => {
    expect(await list(script, machine)).toBeUndefined();
  });
});

describe('what gives GPUs to containers on the machine of an engine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-toolkit-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each<[string, string, boolean | undefined]>([
    ['is not there', 'another', false],
    ['may be its hook', 'nvidia-container-runtime-hook', true],
    ['may be a description of devices', 'cdi/nvidia.yaml', true],
    ['is not seen from within a container', 'dockerenv', undefined],
  ])('%s', async (_, file, expected) => {
    await mkdir(join(folder, 'cdi'));
    await writeFile(join(folder, file), '', { mode: 0o755 });
    const places = {
      folders: [],
      described: [join(folder, 'cdi'), join(folder, 'nowhere')],
      inContainer: [join(folder, 'dockerenv')],
    };

    expect(await hasToolkit(HERE, { PATH: folder }, places)).toBe(expected);
    expect(await hasToolkit({ ...HERE, Name: 'elsewhere' }, { PATH: folder }, places)).toBeUndefined();
  });
});
