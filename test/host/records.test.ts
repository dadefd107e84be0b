import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createRecords, recordsFolder } from '../../src/host/records.ts';
import type { Handle } from '../../src/run/run.ts';

async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'runs');
}

function handle(run: string): Handle {
  return { backend: 'docker', run, name: `jobimg-${run}`, hash: 'sha256:ab', native: { host: 'unix:///x' } };
}

describe('createRecords', () => {
  it('remembers runs over processes until they are forgotten', async () => {
    const folder = await newFolder();
    const records = createRecords(folder);

    expect(await records.list()).toEqual([]);
    await Promise.all([records.remember(handle('b')), records.remember(handle('a'))]);
    await records.remember({ ...handle('b'), native: { id: 'c0ffee' } });
    expect(await createRecords(folder).list()).toEqual([
      handle('a'),
      { ...handle('b'), native: { id: 'c0ffee' } },
    ]);

    await records.forget(handle('b'));
    await records.forget(handle('b'));
    expect(await records.list()).toEqual([handle('a')]);
  });

  it('keeps them from other users, and leaves nothing half written', async () => {
    const folder = await newFolder();
    await createRecords(folder).remember(handle('a'));

    expect(await readdir(folder)).toEqual(['a.json']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'a.json'))).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{"backend":', '[]', 'null', '{"backend":"docker","run":"x"}'])(
    'takes a torn file "%s" for absent',
    async (text) => {
      const folder = await newFolder();
      const records = createRecords(folder);
      await records.remember(handle('a'));

      await writeFile(join(folder, 'b.json'), text);

      expect(await records.list()).toEqual([handle('a')]);
    },
  );

  it('takes no run id that could be a path', async () => {
    await expect(createRecords(await newFolder()).remember(handle('../x'))).rejects.toThrow('no run id');
  });
});

describe('recordsFolder', () => {
  it.each([
    [{ RUNNER_TEMP: '/runner/temp', HOME: '/h' }, '/runner/temp/jobimg/runs'],
    [{ XDG_STATE_HOME: '/state', HOME: '/h' }, '/state/jobimg/runs'],
    [{ HOME: '/h' }, '/h/.local/state/jobimg/runs'],
  ])('is, with %j, %s', (env, folder) => {
    expect(recordsFolder(env)).toBe(folder);
  });
});
