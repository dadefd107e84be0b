import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  formatOf,
  type GitObject,
  type ObjectFormat,
  objectId,
} from '../../../src/source/git/objects/object.ts';
import { objectReader } from '../../../src/source/git/objects/store.ts';
import { readTree, treeOf } from '../../../src/source/git/objects/tree.ts';
import { git, makeFolder, put } from '../folder.ts';

const SHA1: ObjectFormat = { algorithm: 'sha1', size: 20 };
const SHA256: ObjectFormat = { algorithm: 'sha256', size: 32 };
const HELLO: GitObject = { type: 'blob', content: Buffer.from('hello\n') };
/** As `git hash-object` prints it. */
const HELLO_ID = 'ce013625030ba8dba906f756967f9e9ca394464a';
const ID = '0123456789abcdef0123456789abcdef01234567';

function tree(...entries: readonly (string | Buffer)[]): GitObject {
  const bytes = entries.map((entry) => (typeof entry === 'string' ? Buffer.from(entry) : entry));
  return {
    type: 'tree',
    content: Buffer.concat(bytes.flatMap((head) => [head, Buffer.from(`00${ID}`, 'hex')])),
  };
}

describe('an id', () => {
  it.each([
    [ID, SHA1],
    ['a'.repeat(64), SHA256],
    ['a'.repeat(41), undefined],
    ['', undefined],
    [ID.toUpperCase(), undefined],
    [`${ID.slice(1)}\n`, undefined],
    [`\n${ID.slice(1)}`, undefined],
  ])('%j is of the format %j', (id, format) => {
    expect(formatOf(id)).toEqual(format);
  });

  it.each<[GitObject, ObjectFormat, string]>([
    [HELLO, SHA1, HELLO_ID],
    [{ type: 'blob', content: Buffer.alloc(0) }, SHA1, 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
    [{ type: 'tree', content: Buffer.alloc(0) }, SHA1, '4b825dc642cb6eb9a060e54bf8d69288fbee4904'],
    [
      { type: 'blob', content: Buffer.alloc(0) },
      SHA256,
      '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
    ],
  ])('is the hash of type, size and content', (object, format, id) => {
    expect(objectId(object, format)).toBe(id);
  });
});

describe('a commit', () => {
  const commit = (text: string): GitObject => ({ type: 'commit', content: Buffer.from(text) });

  it('names its tree in its first line', () => {
    expect(treeOf(commit(`tree ${ID}\nparent ${HELLO_ID}\n`))).toBe(ID);
    expect(treeOf(commit(`tree ${'a'.repeat(64)}\nauthor a`))).toBe('a'.repeat(64));
  });

  it.each([
    ['', 'commit'],
    [`parent ${ID}\ntree ${ID}\n`, 'commit'],
    [`tree ${ID}`, 'commit'],
    ['tree \n', 'commit'],
    [`tree ${ID.toUpperCase()}\n`, 'commit'],
    [`tree ${'a'.repeat(200)}\n`, 'commit'],
    [`tree ${ID}\n`, 'tag'],
  ] as const)('is not %j of the type %s', (text, type) => {
    expect(() => treeOf({ ...commit(text), type })).toThrow('is not a commit');
  });
});

describe('a tree', () => {
  it('has entries of every kind that Git keeps', () => {
    const modes = ['100644', '100664', '100755', '120000', '40000', '160000'];

    expect(readTree(tree(...modes.map((mode) => `${mode} é ${mode}`)), SHA1)).toEqual(
      ['file', 'file', 'executable', 'link', 'folder', 'submodule'].map((kind, index) => ({
        kind,
        name: `é ${modes[index]}`,
        id: ID,
      })),
    );
    expect(readTree({ type: 'tree', content: Buffer.alloc(0) }, SHA1)).toEqual([]);
  });

  it('has ids of the size that its repository has', () => {
    const content = Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(32, 1)]);

    expect(readTree({ type: 'tree', content }, SHA256)).toEqual([
      { kind: 'file', name: 'a', id: '01'.repeat(32) },
    ]);
  });

  it.each<[string, GitObject]>([
    ['is not a tree', { ...tree('100644 a'), type: 'blob' }],
    ['has an entry of a kind that is not known', tree('100600 a')],
    ['has an entry of a kind that is not known', tree(' a')],
    ['has an entry of a kind that is not known', tree('100644')],
    ['has an entry of a kind that is not known', tree('a')],
    ['has a name that is not UTF-8', tree(Buffer.from('100644 \xff', 'latin1'))],
    ['ends too early', { type: 'tree', content: tree('100644 a').content.subarray(0, -1) }],
    ['ends too early', { type: 'tree', content: Buffer.from('100644 a') }],
  ])('%s', (problem, object) => {
    expect(() => readTree(object, SHA1)).toThrow(problem);
  });
});

describe('an object of a repository', () => {
  function readerOf(bytes: Uint8Array | undefined): ReturnType<typeof objectReader> {
    const folder = makeFolder();
    if (bytes !== undefined) put(folder, `objects/${HELLO_ID.slice(0, 2)}/${HELLO_ID.slice(2)}`, bytes);
    return objectReader(folder);
  }

  it('is what its id says', () => {
    expect(readerOf(deflateSync('blob 6\0hello\n'))(HELLO_ID)).toEqual(HELLO);
  });

  it('is read however long it is, up to what a tree or a commit may be', () => {
    const long: GitObject = { type: 'blob', content: Buffer.alloc(1_000, 'a') };
    const id = objectId(long, SHA1);
    const folder = makeFolder();
    const planted = (content: Buffer): Uint8Array =>
      deflateSync(Buffer.concat([Buffer.from('blob 1000\0'), content]));
    put(folder, `objects/${id.slice(0, 2)}/${id.slice(2)}`, planted(long.content));

    expect(objectReader(folder)(id)).toEqual(long);
    expect(() => readerOf(planted(Buffer.alloc(67_108_864)))(HELLO_ID)).toThrow(
      expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }),
    );
  });

  it.each([
    ['other contents', deflateSync('blob 6\0hallo\n'), 'is not what its id says'],
    ['another type', deflateSync('tree 6\0hello\n'), 'is not what its id says'],
    ['no type', deflateSync('blub 6\0hello\n'), 'does not begin like one'],
    ['more before its type', deflateSync('a blob 6\0hello\n'), 'does not begin like one'],
    ['no size', deflateSync('blob \0hello\n'), 'does not begin like one'],
    ['more behind its size', deflateSync('blob 6 a\0hello\n'), 'does not begin like one'],
    ['no end of its head', deflateSync('blob 6'), 'does not begin like one'],
    ['nothing', undefined, 'is not in the repository'],
  ])('is not believed where the store has %s', (_, bytes, problem) => {
    expect(() => readerOf(bytes)(HELLO_ID)).toThrow(problem);
  });

  it('is nothing that has no id', () => {
    expect(() => readerOf(undefined)('hello')).toThrow('has no id');
    expect(() => readerOf(undefined)('../../../hello')).toThrow('has no id');
  });

  it('is read from any pack, which has an index beside it', () => {
    const folder = makeFolder({ a: 'hello\n' });
    git(folder, 'init', '--quiet');
    const pack = (): void => {
      git(folder, 'add', '.');
      git(folder, 'commit', '--quiet', '--message', 'a');
      git(folder, 'repack', '-dq');
    };
    pack();
    put(folder, 'a', 'other\n');
    pack();
    put(folder, '.git/objects/pack/0.idx.tmp', 'half');

    const read = objectReader(join(folder, '.git'));

    expect(
      readdirSync(join(folder, '.git/objects/pack')).filter((name) => name.endsWith('.idx')),
    ).toHaveLength(2);
    const other = execFileSync('git', ['rev-parse', 'HEAD:a'], { cwd: folder, encoding: 'utf8' }).trim();
    expect(read(HELLO_ID)).toEqual(HELLO);
    expect(read(other)).toEqual({ type: 'blob', content: Buffer.from('other\n') });
    expect(read(HELLO_ID)).toEqual(HELLO);
    expect(() => read(ID)).toThrow('is not in the repository');
  });

  it('is in no pack where something else stands in their place', () => {
    const read = objectReader(makeFolder({ 'objects/pack': 'a file' }));

    expect(() => read(HELLO_ID)).toThrow('is not in the repository');
  });

  it('is unknown where the packs cannot be listed', () => {
    const read = objectReader(makeFolder({ 'objects/pack': { link: 'pack' } }));

    expect(() => read(HELLO_ID)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  it('is in no pack whose index is not there', () => {
    const folder = makeFolder({ 'objects/pack/0.idx': { link: 'nowhere' } });

    expect(() => objectReader(folder)(HELLO_ID)).toThrow('is looked for');
  });
});
