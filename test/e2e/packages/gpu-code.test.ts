import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

/** Of PyPI, with CUDA kernels for seven architectures in 8 MB, most of them compressed; and the CUDA that it is for. */
const DOCKERFILE = `FROM python:3.13-slim-bookworm
RUN pip install --no-cache-dir --no-deps jax-cuda13-plugin==0.12.0.1 nvidia-cuda-runtime==13.0.96
`;
const CODE = '7.5, 8.0, 9.0, 10.0, 11.0, 12.0, PTX 12.0';

/** Answers as the tool of an old driver does. */
const NVIDIA_SMI = `#!/bin/sh
case "$1" in
  --query-gpu=*) echo "0, GPU-11111111-2222-3333-4444-555555555555, 550.54.15, 23034, [N/A], NVIDIA L4, 8.9" ;;
  -L) echo "GPU 0: NVIDIA L4 (UUID: GPU-11111111-2222-3333-4444-555555555555)" ;;
  *) exit 2 ;;
esac
`;

describe('the GPU code of a real wheel, in a real build', () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await startParts({ name: 'gpu-code', auth: 'none' });
  });
  afterAll(() => parts?.[Symbol.asyncDispose]());

  const call = (folder: string, ...words: readonly string[]): Promise<Ended> =>
    jobimg(words, { cwd: folder, env: { ...parts.env, JOBIMG_DEFAULTS: parts.defaults } });

  async function onOldDriver(folder: string, ...words: readonly string[]): Promise<Ended> {
    const bin = await mkdtemp(join(tmpdir(), 'jobimg-gpu-code-'));
    await writeFile(join(bin, 'nvidia-smi'), NVIDIA_SMI, { mode: 0o755 });
    // Of the toolkit, without which containers would get no GPU there.
    await writeFile(join(bin, 'nvidia-container-runtime-hook'), '', { mode: 0o755 });
    const env = { ...parts.env, JOBIMG_DEFAULTS: parts.defaults };
    const path = `${bin}:${parts.env['PATH'] ?? process.env['PATH']}`;
    const ended = await jobimg(words, { cwd: folder, env: { ...env, PATH: path } });
    await rm(bin, { recursive: true });
    return ended;
  }

  it('is read on a machine without a GPU, kept beside the environment, and changes no digest', async () => {
    const spec = 'name: jax\nrun: python -V\ngpu: 1\nimage: { dockerfile: Dockerfile }\n';
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec, Dockerfile: DOCKERFILE } });
    const { folder } = repository;
    const to = (path: string) => ['--registry', `${parts.registry.host}/${path}`, '--json'];

    const built = await call(folder, 'build', ...to('jax'));
    const again = await call(folder, 'build', ...to('jax'));
    const plain = await call(folder, 'build', ...to('plain'), '--override', 'preflight=off');

    expect([built.code, built.stderr]).toEqual([
      0,
      expect.stringContaining(`jax-cuda13-plugin 0.12.0.1: ${CODE}`),
    ]);
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('GPU code')]);
    expect(plain.stderr).not.toContain('GPU code');
    const [one, other] = [onlyJob(built), onlyJob(plain)];
    expect([one.image.id, one.image.digest]).toEqual([other.image.id, other.image.digest]);

    const refused = await onOldDriver(folder, 'run', ...to('jax'));
    expect([refused.code, refused.stderr]).toEqual([
      125,
      expect.stringContaining(
        'the image with CUDA 13.0 (measured in the image) needs driver 580.65.06 or newer',
      ),
    ]);
    expect(refused.stderr).toContain("the engine's machine has driver 550.54.15 (nvidia-smi)");
    expect(refused.stderr).not.toContain('Run jax');

    const old = ['--gpu', 'Tesla V100', '--driver', '580.65.06'];
    const kept = await call(folder, 'fit', one.image.reference, ...old);
    const read = await call(folder, 'fit', other.image.reference, '--measure', ...old);
    for (const { stdout, stderr } of [kept, read]) {
      expect(stdout).toContain(`other-code: jax-cuda13-plugin for ${CODE} (measured in the image)`);
      expect(stdout).toContain('cuda: 13.0 (measured in the image)');
      expect(stderr).toContain(
        'the target has Tesla V100 (compute capability 7.0) (--gpu), on which none of it runs',
      );
    }
  });
});
