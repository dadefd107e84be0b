import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import type { CodeLayer } from '../../src/plan/plan.ts';
import { type Content, collect, makeFolder, sourceOf, walked } from './folder.ts';

async function layerOf(folder: string, at: string): Promise<CodeLayer> {
  const files = walked();
  const { entries } = await sourceOf(folder).scan(files);
  return { files, entries, folder: at };
}

async function tarOf(files: Readonly<Record<string, Content>>, at: string): Promise<Buffer> {
  const folder = makeFolder(files);
  return await collect(sourceOf(folder).tar([await layerOf(folder, at)]));
}

async function headersIn(tar: Buffer): Promise<readonly Header[]> {
  const reader = extract();
  reader.end(tar);
  const headers: Header[] = [];
  for await (const entry of reader) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

async function listed(tar: Buffer): Promise<readonly string[]> {
  const headers = await headersIn(tar);
  return headers.map(({ name, mode, type }) => `${type} ${mode?.toString(8)} ${name}`);
}

describe('the archive', () => {
  it('has each folder once, before what is in it, and everything writable for everybody', async () => {
    const files = { 'a/b/c': '', 'a.txt': '', 'a/d': { text: '', mode: 0o700 }, l: { link: 'a' } };

    expect(await listed(await tarOf(files, '/srv/app'))).toEqual([
      'directory 755 srv/',
      'directory 777 srv/app/',
      'directory 777 srv/app/a/',
      'file 666 srv/app/a.txt',
      'directory 777 srv/app/a/b/',
      'file 666 srv/app/a/b/c',
      'file 777 srv/app/a/d',
      'symlink 777 srv/app/l',
    ]);
  });

  it('belongs to root and to no time', async () => {
    const [folder] = await headersIn(await tarOf({ a: '' }, '/workspace'));

    expect(folder).toMatchObject({
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
      mtime: new Date('1980-01-01T00:00:00Z'),
    });
  });

  it.each([
    { at: '/', expected: ['file 666 a'] },
    { at: '/code/', expected: ['directory 777 code/', 'file 666 code/a'] },
    { at: '/tmp/x', expected: ['directory 1777 tmp/', 'directory 777 tmp/x/', 'file 666 tmp/x/a'] },
    {
      at: '/home/job/x',
      expected: [
        'directory 755 home/',
        'directory 777 home/job/',
        'directory 777 home/job/x/',
        'file 666 home/job/x/a',
      ],
    },
  ])('puts the code at $at', async ({ at, expected }) => {
    expect(await listed(await tarOf({ a: '' }, at))).toEqual(expected);
  });

  it('holds several layers and texts of ours, sorted as one', async () => {
    const folder = makeFolder({ 'requirements.txt': 'numpy', 'a.py': '' });
    const code = await layerOf(folder, '/code');
    const files = { kind: 'listed', paths: ['requirements.txt'] } as const;
    const { entries } = await sourceOf(folder).scan(files);
    const extra = [{ path: 'Dockerfile', content: 'FROM ö\n' }];

    const tar = await collect(sourceOf(folder).tar([code, { files, entries, folder: '/src' }], extra));

    expect(await listed(tar)).toEqual([
      'file 666 Dockerfile',
      'directory 777 code/',
      'file 666 code/a.py',
      'file 666 code/requirements.txt',
      'directory 777 src/',
      'file 666 src/requirements.txt',
    ]);
    expect(tar.subarray(512, 520).toString()).toBe('FROM ö\n');
  });

  it('never holds two files of one name', async () => {
    const folder = makeFolder({ a: '' });
    const layer = await layerOf(folder, '/code');

    await expect(collect(sourceOf(folder).tar([layer, layer]))).rejects.toThrow('two entries of an archive');
  });
});

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    fc.constantFrom(
      'a'.repeat(100),
      'b'.repeat(99),
      'c'.repeat(156),
      'd'.repeat(240),
      'ü'.repeat(60),
      ' ',
      '-x',
      '\\',
    ),
  )
  .map((text) => text.replace(/[/\n\0]/g, '_'))
  .filter((text) => text !== '.' && text !== '..' && Buffer.byteLength(text) < 250);

const target = fc
  .string({ minLength: 1, maxLength: 150, unit: 'grapheme' })
  .map((text) => text.replaceAll('\0', '_'));

const content = fc.oneof(fc.uint8Array({ maxLength: 1_100 }), fc.record({ link: target }));

const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

/** Each in a folder of its own, so that none stands in another's way. */
const trees = fc
  .array(fc.tuple(path, content), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs.map(([below, what], index) => [`${index}/${below}`, what])));

describe('any archive', () => {
  it('is unpacked by tar to what it was made of', async () => {
    await fc.assert(fc.asyncProperty(trees, expectUnpacked), { numRuns: 40 });
  });
});

type Unpacked = Uint8Array | { readonly link: string };

async function expectUnpacked(tree: Readonly<Record<string, Unpacked>>): Promise<void> {
  const folder = makeFolder({ 'a.tar': await tarOf(tree, '/w') });

  execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder, stdio: 'pipe' });

  for (const [path, what] of Object.entries(tree)) expectSame(join(folder, 'w', path), what);
}

function expectSame(file: string, content: Unpacked): void {
  if (content instanceof Uint8Array) expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
  else {
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readlinkSync(file)).toBe(content.link);
  }
}
