import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bindMounts } from '../../../../src/backends/docker/launch/mounts.ts';
import { UserError } from '../../../../src/errors.ts';
import { checkMountPlaces } from '../../../../src/run/mounts/mount-places.ts';
import { runPlan } from '../../docker-bench.ts';
import { IMAGE } from '../../fake-bench.ts';

const UNIX = 'unix:///var/run/docker.sock';
let root: string;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'jobimg-mounts-')));
  await mkdir(join(root, 'data/sets'), { recursive: true });
  await mkdir(join(root, 'data-private'));
  await writeFile(join(root, 'data/file.csv'), '');
  await symlink(join(root, 'data-private'), join(root, 'data/out'));
  await symlink(join(root, 'data'), join(root, 'alias'));
});

afterAll(() => rm(root, { recursive: true }));

const at = (from: string, readOnly = false) => ({ from: join(root, from), to: '/data', readOnly });

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError)
      return `${error.message} > ${error.findings[0]?.hint}`.replaceAll(root, '');
    throw error;
  }
  return 'allowed';
}

describe('a mount', () => {
  it.each([
    ['data', 'data'],
    ['data/sets', 'data/sets'],
    ['data/file.csv', 'data/file.csv'],
    ['alias/sets', 'data/sets'],
  ])('of %s below an allowed folder is what it really is', async (from, source) => {
    const [mount] = await bindMounts([at(from)], `/none, ${join(root, 'data')}`, UNIX);

    expect(mount).toEqual({
      Type: 'bind',
      Source: join(root, source),
      Target: '/data',
      ReadOnly: false,
      BindOptions: { Propagation: 'rprivate' },
    });
  });

  it('below a link that the operator allows is allowed', async () => {
    expect(await bindMounts([at('data')], join(root, 'alias'), UNIX)).toHaveLength(1);
  });

  it.each([
    ['data', undefined],
    ['data', ''],
    ['data-private', '/data'],
    ['data/out', '/data'],
    ['none', '/data'],
    ['data', '/data/sets'],
  ])('of %s where the operator allows %s is refused', async (from, allowed) => {
    const list = allowed === undefined || allowed === '' ? allowed : join(root, allowed);

    expect(await refusal(() => bindMounts([at(from)], list, UNIX))).toBe(
      `this machine does not let jobs see "/${from}" > the operator of the machine allows folders with JOBIMG_ALLOW_MOUNTS=/${from} in the environment of the runner`,
    );
  });

  it('of what is not there is told where the operator allows it', async () => {
    expect(await refusal(() => bindMounts([at('data/none')], join(root, 'data'), UNIX))).toBe(
      'there is no folder "/data/none" on this machine > create it, or mount another one',
    );
  });

  it('that may only be read is not written', async () => {
    const list = `${join(root, 'data')}:ro`;

    expect(await refusal(() => bindMounts([at('data')], list, UNIX))).toContain('may only be read');
    expect(await bindMounts([at('data', true)], list, UNIX)).toMatchObject([{ ReadOnly: true }]);
  });

  it('is never a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'data/engine.sock'), resolve));

    const told = await refusal(() => bindMounts([at('data/engine.sock')], join(root, 'data'), UNIX));

    server.close();
    expect(told).toContain('there is no folder');
  });

  it('is of the machine of the engine', async () => {
    expect(await refusal(() => bindMounts([at('data')], root, 'tcp://gpu:2376'))).toContain('tcp://gpu:2376');
  });
});

describe('what is written before the start', () => {
  const run = runPlan(IMAGE, { kind: 'arguments', words: ['x'] });
  const mount = (to: string) => ({ ...run, mounts: [{ from: '/srv', to, readOnly: false }] });

  it.each(['/data', '/workspace/data', '/workspaces', '/inputs'])('is not in %s', async (to) => {
    expect(await refusal(() => checkMountPlaces(mount(to), '/workspace'))).toBe('allowed');
  });

  it.each(['/workspace', '/workspace/outputs', '/workspace/outputs/sub'])('would be in %s', async (to) => {
    expect(await refusal(() => checkMountPlaces(mount(to), '/workspace'))).toContain('mount it elsewhere');
  });

  it('is code and inputs too', async () => {
    const entry = { path: 'src/a.py', kind: 'file', executable: false, content: '', size: 0 } as const;
    const code = { files: { kind: 'listed', paths: [] } as const, entries: [entry], folder: '/workspace' };
    const inputs = [{ name: 'd', from: { path: 'x' }, folder: '/inputs/d', file: 'x' }];

    const told = ['/workspace/src', '/inputs', '/inputs/d', '/workspace/srcs'].map((to) =>
      refusal(() => checkMountPlaces({ ...mount(to), mount: code, inputs }, '/workspace')),
    );

    expect((await Promise.all(told)).map((text) => text === 'allowed')).toEqual([false, false, false, true]);
  });
});
