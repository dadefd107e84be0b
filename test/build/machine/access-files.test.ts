import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { accessFiles } from '../../../src/build/machine/access-files.ts';

const HOST = { scheme: 'https', name: 'github.com', ssh: [] } as const;
const ALL = {
  index: { url: 'https://packages.example.com:8443/simple/', extra: [], secret: { name: 'INDEX' } },
  git: { secret: { name: 'GIT' }, hosts: [HOST] },
  ssh: true,
};

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
  await mkdir(join(folder, '.ssh'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('accessFiles', () => {
  it('is nothing where nothing private is asked for', async () => {
    expect(await accessFiles(undefined, { env: {}, folder: '/' })).toEqual({ files: [], values: [] });
  });

  it('writes each value in the words of who reads it', async () => {
    const home = await folderWith({ '.ssh/known_hosts': 'github.com ssh-ed25519 AAAA\n' });
    const env = { INDEX: 'anna:secret1', GIT: 'ghp_secret2', HOME: home, SSH_AUTH_SOCK: '/agent' };

    const { files, values } = await accessFiles(ALL, { env, folder: home });

    expect(files).toEqual([
      ['index', 'machine packages.example.com\nlogin anna\npassword secret1\n'],
      ['git', 'username=x-access-token\npassword=ghp_secret2\n'],
      ['knownHosts', expect.stringContaining('github.com ssh-ed25519 AAAA\n')],
    ]);
    expect(values).toEqual(expect.arrayContaining(['secret1', 'anna:secret1', 'ghp_secret2']));
  });

  it('takes a value from the file that the secret is said to be, without its last line end', async () => {
    const folder = await folderWith({ token: 'abc-def\n' });
    const secret = { name: 'T', file: 'token' };
    const access = { index: { ...ALL.index, secret }, ssh: false };

    const { files } = await accessFiles(access, { env: {}, folder });

    expect(files).toEqual([['index', expect.stringContaining('login __token__\npassword abc-def\n')]]);
  });

  it('tells everything that is missing at once', async () => {
    const home = await folderWith({});

    await expect(accessFiles(ALL, { env: { HOME: home }, folder: home })).rejects.toMatchObject({
      findings: [
        { message: 'the build secret "INDEX" has no value' },
        { message: 'the build secret "GIT" has no value' },
        { message: '"image.ssh" forwards an SSH agent, and there is none' },
      ],
    });
  });
});
