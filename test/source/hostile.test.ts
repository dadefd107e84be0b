import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../src/findings.ts';
import { addCandidate, type FolderListing, rulesOf } from '../../src/source/files/listing.ts';
import { makeFolder, pathsIn, put, sourceOf, walked } from './folder.ts';

describe('a hostile workspace', () => {
  it.each([
    {
      name: 'FIFO',
      make: (folder: string) => execFileSync('mkfifo', [join(folder, 'bad')]),
      message: '"bad" is a FIFO and cannot enter an image',
    },
    {
      name: 'name with a line break',
      make: (folder: string) => writeFileSync(join(folder, 'a\nb'), ''),
      message: 'the path "a\\nb" contains a line break',
    },
    {
      name: 'name that is not UTF-8',
      make: (folder: string) =>
        writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]), ''),
      message: 'the name "a\uFFFD" is not UTF-8',
    },
    {
      name: 'folder whose name is not UTF-8',
      make: (folder: string) => mkdirSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])])),
      message: 'the name "a\uFFFD" is not UTF-8',
    },
    {
      name: 'link target that is not UTF-8',
      make: (folder: string) =>
        symlinkSync(Buffer.concat([Buffer.from('a'), Buffer.from([0xff])]), join(folder, 'l')),
      message: 'the target of the link "l" is not UTF-8',
    },
    {
      name: 'sparse file of 1 TB',
      make: (folder: string) => sparse(join(folder, 'big'), 2 ** 40),
      message: 'more than 2 GiB of files would enter the image',
    },
  ])('with a $name is refused', async ({ make, message }) => {
    const folder = makeFolder({ 'ok.py': '' });

    make(folder);

    await expect(sourceOf(folder).scan(walked())).rejects.toThrow(message);
  });

  it('of more than 2 GiB is refused with its whole size and the places that have most of it', async () => {
    const folder = makeFolder({ 'src/a.py': '', 'data/raw/b.bin': '', 'z/x.pt': '', 'weights.pt': '' });
    sparse(join(folder, 'data/raw/b.bin'), 2_500_000_000);
    sparse(join(folder, 'z/x.pt'), 9_000_000_000);
    sparse(join(folder, 'weights.pt'), 300_000_000);

    await expect(sourceOf(folder).scan(walked())).rejects.toMatchObject({
      findings: [
        {
          code: 'too-large',
          message: 'more than 2 GiB of files would enter the image: 11800 MB',
          hint: 'most of it is in z/x.pt (9000 MB), data/raw/b.bin (2500 MB), weights.pt (300 MB): write data into .dockerignore, a line for each, or bring it in with `inputs` or `mounts`',
        },
      ],
    });
  });

  it('of more than 200,000 files is refused with the folders that have most of them', () => {
    const listing: FolderListing = {
      base: '/',
      rules: rulesOf({ kind: 'walked', folder: '', ignore: [], git: false, include: [] }),
      candidates: [],
      leftOut: new Set(),
      findings: new Findings(),
    };
    const file = statSync(join(makeFolder({ a: '' }), 'a'));
    const add = (): void => {
      for (let count = 0; count <= 200_000; count += 1)
        addCandidate(listing, `${count % 4 === 0 ? 'src' : 'data/images'}/${count}`, file);
    };

    expect(add).toThrow(
      expect.objectContaining({
        findings: [
          expect.objectContaining({
            message: 'more than 200000 files would enter the image',
            hint: 'most of them are in data/images/ (150000), src/ (50000): write data into .dockerignore, a line for each, or bring it in as one archive',
          }),
        ],
      }),
    );
  });

  it('gives no configuration of Git that may hold a token, even where its patterns let it in', async () => {
    const files = [
      '.git/config',
      '.git/HEAD',
      'a/.git/config',
      '.git/modules/a/config',
      '.git/refs/heads/config',
    ];
    const folder = makeFolder(Object.fromEntries(files.map((path) => [path, 'token'])));

    const { entries } = await sourceOf(folder).scan(walked({ git: false, ignore: ['**/.git', '!**/.git'] }));

    expect(entries.map(({ path }) => path)).toEqual(['.git/HEAD', '.git/refs/heads/config']);
  });

  it('with a socket is refused', async () => {
    const folder = makeFolder();
    const server = createServer().listen(join(folder, 's'));
    await new Promise((resolve) => server.once('listening', resolve));

    await expect(sourceOf(folder).scan(walked())).rejects.toThrow(
      '"s" is a socket and cannot enter an image',
    );

    await new Promise((resolve) => server.close(resolve));
  });

  it('may hold anything that is left out', async () => {
    const folder = makeFolder({ 'ok.py': '' });
    mkdirSync(join(folder, 'tmp'));
    execFileSync('mkfifo', [join(folder, 'tmp/fifo')]);

    expect(await pathsIn(folder, walked({ ignore: ['tmp'] }))).toEqual(['ok.py']);
  });

  it('with a real replacement character in a name is fine', async () => {
    expect(await pathsIn(makeFolder({ 'a\uFFFD/b\uFFFD': '' }), walked())).toEqual(['a\uFFFD/b\uFFFD']);
  });

  it('with long names is fine until a path has more than 4,096 bytes', async () => {
    const folder = makeFolder();
    const name = 'n'.repeat(255);
    put(folder, `${name}/${name}/${name}/a`, '');

    expect(await pathsIn(folder, walked())).toEqual([`${name}/${name}/${name}/a`]);
  });

  it('cannot lead the walk outside through a link to a folder', async () => {
    const outside = makeFolder({ secret: '' });
    const folder = makeFolder({ a: '', out: { link: outside } });

    expect(await pathsIn(folder, walked())).toEqual(['a', 'out']);
    await expect(sourceOf(folder).scan(walked({ folder: 'out' }))).rejects.toThrow(
      '"out" leaves the repository',
    );
    await expect(sourceOf(folder).scan({ kind: 'listed', paths: ['out/secret'] })).rejects.toThrow(
      '"out/secret" leaves the repository',
    );
  });
});

describe('what Git keeps', () => {
  it.each(['.git/config', 'link', 'sub/.git', 'there/config'])('is not code as %s', async (path) => {
    const folder = makeFolder({
      '.git/config': 'token',
      'sub/.git': 'gitdir: ../.git',
      link: { link: '.git/config' },
      there: { link: '.git' },
    });

    await expect(sourceOf(folder).scan({ kind: 'listed', paths: [path] })).rejects.toThrow(
      `"${path}" is in ".git", which is not part of the code`,
    );
    expect(() => sourceOf(folder).tree.text(path)).toThrow('is not part of the code');
  });

  it('is not a folder of code, with and without what Git ignores', async () => {
    const folder = makeFolder({
      '.git/HEAD': '',
      '.git/objects/a': '',
      '.git/refs/a': '',
      '.git/config': 'token',
    });

    for (const git of [true, false]) {
      await expect(sourceOf(folder).scan(walked({ folder: '.git', git }))).rejects.toThrow(
        '".git" is in ".git"',
      );
    }
  });
});

function sparse(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}
