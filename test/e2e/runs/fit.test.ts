import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostedRunner, startHostedRunner } from '../support/hosted-runner.ts';
import { inherited } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { watch } from '../support/watched.ts';

/** Answers as the tool of a driver does; a machine with a GPU is not to be had everywhere. */
const NVIDIA_SMI = `#!/bin/sh
case "$1" in
  -L) echo "GPU 0: NVIDIA L4 (UUID: GPU-11111111-2222-3333-4444-555555555555)" ;;
  --query-gpu=*) echo "0, GPU-11111111-2222-3333-4444-555555555555, 550.54.15, 23034, [N/A], NVIDIA L4, 8.9" ;;
  *) exit 2 ;;
esac
`;

/** Of the toolkit, without which containers would get no GPU there. */
const HOOK = 'nvidia-container-runtime-hook';

describe('a machine whose driver is too old, by a stand-in of nvidia-smi', () => {
  let parts: Parts;
  let runner: HostedRunner;
  let repository: Repository;
  let folder: string;

  beforeAll(async () => {
    [parts, runner] = await Promise.all([
      startParts({ name: 'fit', auth: 'none', bases: ['busybox'] }),
      startHostedRunner('fit'),
    ]);
    folder = await mkdtemp(join(tmpdir(), 'jobimg-fit-'));
    await writeFile(join(folder, 'nvidia-smi'), NVIDIA_SMI);
    await chmod(join(folder, 'nvidia-smi'), 0o755);
    await writeFile(join(folder, HOOK), '', { mode: 0o755 });
    const base = parts.busybox?.reference;
    const jobs = [
      `  built: { image: { base: "${base}", packages: ["torch==2.11.0"] }, gpu: 1 }`,
      `  given: { image: "${base}", gpu: { count: 1, memory: 80GB, optional: true } }`,
    ];
    const spec = `run: echo started\ntimeout: 5m\njobs:\n${jobs.join('\n')}\n`;
    repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
  });
  afterAll(async () => {
    await Promise.all([parts, runner, repository].map((one) => one?.[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  });

  async function jobimg(
    ...words: readonly string[]
  ): Promise<{ readonly code: number | NodeJS.Signals; readonly said: string }> {
    const env: Readonly<Record<string, string | undefined>> = {
      ...inherited(),
      DOCKER_HOST: runner.env['DOCKER_HOST'],
    };
    const called = watch('cli.js', words, {
      cwd: repository.folder,
      env: { ...env, PATH: `${folder}:${env['PATH']}` },
    });
    return { code: await called.ended, said: called.said() };
  }

  it('starts no job whose CUDA it cannot run, and builds nothing for it', async () => {
    const { code, said } = await jobimg('run', '--registry', 'none', '--job', 'built');

    expect([code, said]).toEqual([125, expect.stringContaining('torch 2.11.0 with CUDA 13.0 (packages')]);
    expect(said).toContain(
      "needs driver 580.65.06 or newer, and the engine's machine has driver 550.54.15 (nvidia-smi)",
    );
    expect(said).toContain('jobimg.yml:4:');
    expect(said).not.toContain('Images');
    expect(await runner.docker('ps', '--all', '--quiet')).toBe('');
  });

  it('starts one that can do without a GPU, and says what does not fit', async () => {
    const { code, said } = await jobimg('run', '--registry', 'none', '--job', 'given');

    expect([code, said]).toEqual([0, expect.stringContaining('started')]);
    expect(said).toContain(
      "asks for 1 GPU (80.0 GB of memory each), and the engine's machine has 1 × NVIDIA L4",
    );
  });

  it('is what an image is compared with that is named', async () => {
    const { said } = await jobimg('fit', parts.busybox?.reference ?? '');

    expect(said).toContain('driver: 550.54.15 (nvidia-smi)');
    expect(said).toContain('whether it runs there is not certain');
  });
});
