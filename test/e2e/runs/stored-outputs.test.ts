import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureOras } from '../../engine/registry/oras.ts';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';

const SPEC = `run: |
  mkdir -p outputs/deep
  printf weights > outputs/model.pt
  printf 'echo hello' > outputs/deep/run.sh && chmod +x outputs/deep/run.sh
  : > outputs/empty
outputs: { paths: [outputs/], to: registry }
`;

const COMMIT = 'c0ffee'.padEnd(40, '0');

describe('outputs in a registry', () => {
  let parts: Parts;
  let repository: Repository;
  let folder: string;
  beforeAll(async () => {
    parts = await startParts({ name: 'stored-outputs', auth: 'none' });
    folder = await mkdtemp(join(tmpdir(), 'jobimg-stored-'));
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC } });
  });
  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await parts?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('are brought back on a machine that knows nothing of the run, and by oras', async () => {
    const name = `${parts.registry.host}/acme/stored`;
    const image = `image={ base: "${parts.python?.reference}" }`;
    const call = {
      cwd: repository.folder,
      env: { ...parts.env, JOBIMG_STATE: join(folder, 'one'), GITHUB_SHA: COMMIT },
    };
    const words = [
      '--registry',
      name,
      '--defaults',
      parts.defaults,
      '--json',
      '--record',
      '--override',
      image,
    ];

    const ended = await jobimg(['run', ...words], call);

    const [run] = onlyJob(ended).runs;
    const pushed = (run as { 'outputs-artifact'?: string } | undefined)?.['outputs-artifact'] ?? '';
    expect([ended.code, pushed]).toEqual([0, expect.stringMatching(`^${name}@sha256:`)]);
    const work = join(folder, 'work');
    await mkdir(work);
    const here = { cwd: work, env: { ...parts.env, JOBIMG_STATE: join(folder, 'other') } };
    const pulled = await jobimg(['pull', run?.id ?? '', '--registry', name], here);
    expect([pulled.code, pulled.stdout]).toEqual([0, expect.stringContaining(': 3 files, ')]);
    await expectOutputs(join(work, run?.id ?? ''));

    const file = join(run?.id ?? '', 'outputs/model.pt');
    const made = await jobimg(['verify', file, '--registry', name], here);
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining(`run       ${run?.id}, job `)]);
    expect(made.stdout).toContain(`commit    ${COMMIT}`);

    const again = await jobimg(['pull', pushed], here);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('already exists')]);

    const oras = await ensureOras();
    if (oras === undefined) return;
    const target = join(folder, 'by-oras');
    await promisify(execFile)(oras, ['pull', '--plain-http', '-o', target, pushed], {
      env: { HOME: folder, PATH: '' },
    });
    expect(await readFile(join(target, 'outputs/model.pt'), 'utf8')).toBe('weights');
    expect((await readdir(target)).sort()).toEqual(['jobimg-files-1.tar', 'outputs']);
  });
});

async function expectOutputs(target: string): Promise<void> {
  expect(await readFile(join(target, 'outputs/model.pt'), 'utf8')).toBe('weights');
  expect(await readFile(join(target, 'outputs/empty'), 'utf8')).toBe('');
  expect((await stat(join(target, 'outputs/deep/run.sh'))).mode & 0o100).toBe(0o100);
}
