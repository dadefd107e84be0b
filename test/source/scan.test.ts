import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Finding, UserError } from '../../src/errors.ts';
import type { FileSet } from '../../src/recipe/recipe.ts';
import { makeFolder, pathsIn, sourceOf, walked } from './folder.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function findingsOf(folder: string, set: FileSet): Promise<readonly Finding[]> {
  try {
    return (await sourceOf(folder).scan(set)).findings;
  } catch (error) {
    if (error instanceof UserError) return error.findings;
    throw error;
  }
}

describe('the files of a folder', () => {
  it('tell scripts with the line ends of Windows', async () => {
    const folder = makeFolder({
      'a.sh': 'echo a\r\n',
      b: '#!/bin/sh\r\necho b\r\n',
      'c.sh': '#!/bin/sh\necho c\r\n',
      'd.csv': 'a,b\r\n',
    });

    expect((await sourceOf(folder).scan(walked())).windowsScripts).toEqual(['a.sh', 'b']);
  });

  it('are hashed, with links as links, and empty folders are not among them', async () => {
    const folder = makeFolder({
      'src/a.py': 'print(1)\n',
      'run.sh': { text: '#!/bin/sh\n', mode: 0o755 },
      latest: { link: 'src/a.py' },
      linked: { link: 'src' },
      'empty/gone': { link: 'x' },
    });

    const { entries, findings } = await sourceOf(folder).scan(walked({ ignore: ['empty/*'] }));

    expect(entries).toEqual([
      { path: 'latest', kind: 'link', executable: false, content: 'src/a.py', size: 0 },
      { path: 'linked', kind: 'link', executable: false, content: 'src', size: 0 },
      { path: 'run.sh', kind: 'file', executable: true, content: sha256('#!/bin/sh\n'), size: 10 },
      { path: 'src/a.py', kind: 'file', executable: false, content: sha256('print(1)\n'), size: 9 },
    ]);
    expect(findings).toEqual([
      { level: 'notice', code: 'left-out', message: 'left out of the code: "empty/gone"' },
    ]);
    const context = await sourceOf(folder).scan(walked({ ignore: ['empty/*'] }), 'the context');
    expect(context.findings).toMatchObject([{ message: 'left out of the context: "empty/gone"' }]);
  });

  it('stand in the order of their bytes', async () => {
    const folder = makeFolder({
      'a/b': '',
      'a.txt': '',
      a0: '',
      Z: '',
      é: '',
      '\uFB01': '',
      '\u{1F600}': '',
    });

    expect(await pathsIn(folder, walked())).toEqual(['Z', 'a.txt', 'a/b', 'a0', 'é', '\uFB01', '\u{1F600}']);
  });

  it('are hashed whole when they are large', async () => {
    const text = 'line of text\n'.repeat(400_000);
    const exact = 'x'.repeat(1_048_576);

    const { entries } = await sourceOf(makeFolder({ exact, text })).scan(walked());

    expect(entries.map(({ content, size }) => ({ content, size }))).toEqual([
      { content: sha256(exact), size: 1_048_576 },
      { content: sha256(text), size: text.length },
    ]);
  });

  it('are those of the folder, less what is ignored, and of the globs when there are any', async () => {
    const files = ['code/a.py', 'code/b.py', 'code/c.txt', 'code/lib/d.py', 'code/.venv/e.py', 'other.py'];
    const folder = makeFolder(Object.fromEntries(files.map((file) => [file, ''])));
    const set = walked({ folder: 'code', ignore: ['**/.venv', 'b.py'], include: ['**/*.py'] });

    expect(await pathsIn(folder, set)).toEqual(['a.py', 'lib/d.py']);
  });

  it('say which glob fits no file', async () => {
    const folder = makeFolder({ 'src/a.py': '', 'b.py': '' });

    const findings = await findingsOf(folder, walked({ include: ['src', 'srcs', 'b.py', '!src/a.txt'] }));

    expect(findings).toMatchObject([
      { level: 'warning', message: 'no file of the code fits "srcs" of "include"' },
    ]);
  });

  it('say in one line what was left out', async () => {
    const files = ['.venv/a', '.venv/b/c', 'data/1', 'data/2', 'data/keep', 'a.py', 'outputs/model'];
    const folder = makeFolder(Object.fromEntries(files.map((file) => [file, ''])));

    const findings = await findingsOf(folder, walked({ ignore: ['.venv', 'outputs', 'data', '!data/keep'] }));

    expect(findings.map((finding) => finding.message)).toEqual([
      'left out of the code: ".venv/", "data/1", "data/2", "outputs/"',
    ]);
  });

  it.each([
    { name: 'a folder that does not exist', folder: 'nope', message: 'the folder "nope" does not exist' },
    { name: 'a folder outside', folder: '../', message: '"../" leaves the repository' },
  ])('refuses $name', async ({ folder, message }) => {
    await expect(sourceOf(makeFolder()).scan(walked({ folder }))).rejects.toThrow(message);
  });
});

describe('listed files', () => {
  it('are exactly these; a link inside the repository counts as what it points at', async () => {
    const folder = makeFolder({ a: '1', 'b/c': '2', b2: { link: 'b/c' } });

    const { entries } = await sourceOf(folder).scan({ kind: 'listed', paths: ['b2', 'a'] });

    expect(entries).toEqual([
      { path: 'a', kind: 'file', executable: false, content: sha256('1'), size: 1 },
      { path: 'b2', kind: 'file', executable: false, content: sha256('2'), size: 1 },
    ]);
  });

  it('are all named when they are missing', async () => {
    const findings = await findingsOf(makeFolder({ 'b/c': '' }), { kind: 'listed', paths: ['a', 'b'] });

    expect(findings.map((finding) => finding.message)).toEqual([
      '"a" does not exist',
      '"b" is a folder, and a file is needed',
    ]);
  });
});

describe('what a person should know', () => {
  it('stops at Git LFS pointers, with the line that mends it', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

    const findings = await findingsOf(makeFolder({ 'model.pt': pointer, 'b.py': '' }), walked());

    expect(findings).toEqual([
      {
        level: 'error',
        code: 'lfs-pointer',
        message: 'only the Git LFS pointer is checked out for "model.pt"',
        hint: 'run `git lfs pull`; in a workflow, write `with: { lfs: true }` at actions/checkout',
      },
    ]);
  });

  it('names files that look like keys, and links that lead out', async () => {
    const folder = makeFolder({
      'certs/a.pem': '',
      'b.KEY': '',
      'keys.py': '',
      root: { link: '/' },
      'lib/up': { link: '../../sibling' },
      'lib/near': { link: '../keys.py' },
      dangling: { link: 'nowhere' },
      loop: { link: 'loop' },
    });

    const findings = await findingsOf(folder, walked());

    expect(findings.map(({ level, message }) => ({ level, message }))).toEqual([
      {
        level: 'warning',
        message: 'links that point out of the code enter the image as they are: "lib/up", "root"',
      },
      { level: 'warning', message: 'files that may be private keys enter the image: "b.KEY", "certs/a.pem"' },
    ]);
  });

  it('names the biggest folders of more than 200 MB', async () => {
    const folder = makeFolder({ 'a.py': 'x', 'data/big': '', 'models/big': '' });
    truncateSync(join(folder, 'data/big'), 150_000_000);
    truncateSync(join(folder, 'models/big'), 60_000_000);

    const findings = await findingsOf(folder, walked());

    expect(findings.map((finding) => finding.message)).toEqual([
      '210 MB of code enter the image; most of it: data/ (150 MB), models/ (60 MB), a.py (0 MB)',
    ]);
  });
});
