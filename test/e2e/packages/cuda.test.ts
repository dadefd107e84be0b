import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { startWheelIndex, type WheelIndex } from '../support/servers/wheel-index.ts';

const FRESH = `${process.pid}-${performance.timeOrigin}`;

describe('the build of torch', () => {
  let parts: Parts;
  let index: WheelIndex;

  beforeAll(async () => {
    parts = await startParts({ name: 'cuda', auth: 'none' });
    index = await startWheelIndex('torch', {
      simple: '2.7.1',
      'mirror/whl/cpu': '2.7.1+cpu',
      'mirror/whl/cu126': '2.7.1+cu126',
      'mirror/whl/cu128': '2.7.0+cu128',
    });
    await readFrom('mirror');
  });

  async function readFrom(folder: string): Promise<void> {
    const mirrors = `{ docker.io: "${parts.registry.host}", download.pytorch.org: "${index.host}/${folder}" }`;
    await writeFile(parts.defaults, `mirrors: ${mirrors}\n`);
  }

  afterAll(async () => {
    await Promise.all([parts, index].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function call(command: string, { folder }: Repository): Promise<Ended> {
    const words = [command, '--registry', 'none', '--defaults', parts.defaults, '--json'];
    const network = { JOBIMG_BUILD_NETWORK: 'host', PIP_INDEX_URL: `http://${index.host}/simple/` };
    return jobimg(words, { cwd: folder, env: { ...parts.env, ...network } });
  }

  function torch(image: string): Promise<Repository> {
    const spec = `run: python -c "import torch; print('it is', torch.__version__)"\nimage: { ${image} }\n`;
    return repositoryWith({ files: { 'jobimg.yml': spec, 'requirements.txt': 'torch>=2\n' } });
  }

  it.each([
    ['requirements: requirements.txt', 'it is 2.7.1+cpu'],
    ['packages: [torch==2.7.1], requirements: none, cuda: 12.6', 'it is 2.7.1+cu126'],
  ])('comes from the index for it, by the mirror of the defaults: %s', async (image, says) => {
    await using repository = await torch(image);

    const ended = await call('run', repository);

    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(0);
  });

  it('ends the build when it is not the one that was asked for', async () => {
    await using repository = await torch('packages: [torch==2.7.1], requirements: none, cuda: 12.8');

    const ended = await call('build', repository);

    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('torch 2.7.1 is not the build for CUDA 12.8');
  });

  it('is what the other indexes have where that of PyTorch is not reached, unless a version is asked for', async () => {
    await using any = await torch(`packages: [torch==2.7.1], requirements: none, env: { FRESH: "${FRESH}" }`);
    await using one = await torch('packages: [torch==2.7.1], requirements: none, cuda: 11.8');

    await readFrom('nowhere');
    const taken = await call('run', any);
    const refused = await call('build', one);
    await readFrom('mirror');

    expect(taken.stderr).toMatch(/nowhere\/whl\/cpu cannot be reached, so torch comes as/);
    expect(taken.stderr).toMatch(/^it is 2\.7\.1$/m);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('nowhere/whl/cu118 cannot be reached, or is not there');
  });

  it('is locked as such', async () => {
    await using repository = await torch('cuda: 12.6, lock: required');

    const made = await call('lock', repository);
    const lock = await readFile(join(repository.folder, 'jobimg.lock'), 'utf8');
    const ended = await call('run', repository);

    expect(made.code).toBe(0);
    expect(lock).toMatch(/"torch==2\.7\.1\+cu126 --hash=sha256:[0-9a-f]{64}"/);
    expect(ended.stderr).toContain('it is 2.7.1+cu126');
    expect(ended.code).toBe(0);
  });
});
