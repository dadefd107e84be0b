import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { secretSources } from '../../../src/build/machine/secret-sources.ts';

async function repository(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'jobimg-')));
}

describe('secretSources', () => {
  it('finds values in the environment and in files of the repository', async () => {
    const folder = await repository();
    await writeFile(join(folder, '.netrc'), 'machine x');

    const sources = await secretSources(
      [{ name: 'TOKEN' }, { name: 'netrc', file: '.netrc' }],
      { TOKEN: 'secret' },
      folder,
    );

    expect(sources).toEqual([
      { id: 'TOKEN', value: 'secret' },
      { id: 'netrc', file: join(folder, '.netrc') },
    ]);
  });

  it('tells everything that is missing at once', async () => {
    const folder = await repository();

    await expect(
      secretSources([{ name: 'A' }, { name: 'B' }, { name: 'n', file: 'x' }], { B: '' }, folder),
    ).rejects.toMatchObject({
      findings: [
        { message: 'the build secret "A" has no value' },
        { message: 'the build secret "B" has no value' },
        { message: 'the file "x" of the build secret "n" does not exist' },
      ],
    });
  });

  it.each(['.git/config', 'link'])(
    'takes nothing that Git keeps, the token of a checkout above all: %s',
    async (file) => {
      const folder = await repository();
      await mkdir(join(folder, '.git'));
      await writeFile(join(folder, '.git/config'), 'token');
      await symlink('.git/config', join(folder, 'link'));

      await expect(secretSources([{ name: 's', file }], {}, folder)).rejects.toThrow(
        'is not part of the code',
      );
    },
  );

  it.each(['/etc/passwd', '../etc/passwd', 'link'])(
    'takes no file from outside the repository: %s',
    async (file) => {
      const folder = await repository();
      await symlink('/etc/passwd', join(folder, 'link'));
      const path = file.startsWith('..') ? relative(folder, '/etc/passwd') : file;

      await expect(secretSources([{ name: 's', file: path }], {}, folder)).rejects.toThrow(
        'is outside the repository',
      );
    },
  );
});
