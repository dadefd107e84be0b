import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareEntries } from '../../src/verify/compare-entries.ts';
import type { LayerEntry } from '../../src/verify/entry.ts';

function file(path: string, more: Partial<LayerEntry> = {}): LayerEntry {
  return {
    path,
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 3,
    mtime: 315_532_800,
    records: new Map(),
    content: 'aa'.repeat(32),
    ...more,
  };
}

const A = file('/a');

/** Each attribute with a change to it. */
const CHANGES: readonly (readonly [string, Partial<LayerEntry>])[] = [
  ['type', { type: 'directory' }],
  ['mode', { mode: 0o755 }],
  ['owner', { uid: 7 }],
  ['owner', { gid: 7 }],
  ['time', { mtime: 1_700_000_000 }],
  ['link target', { link: '/elsewhere' }],
  ['device', { device: '1:3' }],
  ['records', { records: new Map([['SCHILY.xattr.user.a', 'b']]) }],
  ['size', { size: 4, content: 'bb'.repeat(32) }],
  ['content', { content: 'bb'.repeat(32) }],
];

describe('two layers', () => {
  it.each(CHANGES)('that differ in one %s differ in nothing else', (attribute, change) => {
    const differences = compareEntries([A], [{ ...A, ...change }]);

    expect(differences).toEqual([
      { place: '/a', attribute, published: expect.any(String), rebuilt: expect.any(String) },
    ]);
  });

  it('are shown as a person reads them', () => {
    const after = { ...A, mode: 0o755, uid: 7, mtime: 1_700_000_000, content: 'bb'.repeat(32) };

    expect(compareEntries([A], [after])).toEqual([
      { place: '/a', attribute: 'mode', published: '0644', rebuilt: '0755' },
      { place: '/a', attribute: 'owner', published: '0:0', rebuilt: '7:0' },
      { place: '/a', attribute: 'time', published: '1980-01-01T00:00:00Z', rebuilt: '2023-11-14T22:13:20Z' },
      {
        place: '/a',
        attribute: 'content',
        published: 'sha256:aaaaaaaaaaaa…',
        rebuilt: 'sha256:bbbbbbbbbbbb…',
      },
    ]);
  });

  it('name an entry that only one of them has', () => {
    expect(compareEntries([A, file('/gone')], [A, file('/new')])).toEqual([
      { place: '/gone', attribute: 'presence', published: 'file', rebuilt: undefined },
      { place: '/new', attribute: 'presence', published: undefined, rebuilt: 'file' },
    ]);
  });

  it('may differ in their order alone', () => {
    const [b, c] = [file('/b'), file('/c')];

    expect(compareEntries([A, b, c], [A, c, b])).toEqual([
      { place: '/b', attribute: 'order', published: 'before /c', rebuilt: 'after /c' },
    ]);
  });

  it('may have the same path twice', () => {
    const second = file('/a', { mode: 0o600 });

    expect(compareEntries([A, second], [A, second])).toEqual([]);
    expect(compareEntries([A, second], [A])).toEqual([
      { place: '/a', attribute: 'presence', published: 'file', rebuilt: undefined },
    ]);
  });

  const paths = fc.uniqueArray(fc.stringMatching(/^(?:\/[a-z]{1,3}){1,3}$/), { minLength: 1, maxLength: 40 });

  it('of equal trees differ in nothing', () => {
    fc.assert(
      fc.property(paths, (names) => {
        expect(
          compareEntries(
            names.map((name) => file(name)),
            names.map((name) => file(name)),
          ),
        ).toEqual([]);
      }),
    );
  });

  it('of trees that differ in one attribute of one entry differ in exactly that', () => {
    fc.assert(
      fc.property(paths, fc.nat(), fc.constantFrom(...CHANGES), (names, at, [attribute, change]) => {
        const before = names.map((name) => file(name));
        const changed = names[at % names.length];
        const after = before.map((entry) => (entry.path === changed ? { ...entry, ...change } : entry));

        const differences = compareEntries(before, after);

        expect(differences.map(({ place, attribute: of }) => [place, of])).toEqual([[changed, attribute]]);
      }),
    );
  });
});
