import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutCode } from '../../../src/plan/images/code-layers.ts';
import type { CodeLayer, FileEntry } from '../../../src/plan/plan.ts';

const MB = 1_048_576;

function file(path: string, size: number, content = '0'): FileEntry {
  return { path, kind: 'file', executable: false, content, size };
}

function codeOf(entries: readonly FileEntry[]): CodeLayer {
  const files = { kind: 'listed', paths: [] } as const;
  return { files, entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)), folder: '/workspace' };
}

function bytesOf({ entries }: CodeLayer): number {
  return entries.reduce((sum, { size }) => sum + 512 + Math.ceil(size / 512) * 512, 0);
}

/** Files of about `bytes` in all, the same for the same seed. */
function many(count: number, bytes: number, seed = 0): readonly FileEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const spread = ((index * 7_919 + seed * 104_729) % 1_000) / 500;
    return file(`src/part${index % 40}/file${seed}-${index}.py`, Math.floor((bytes / count) * spread));
  });
}

/** Layers of the one that the other does not have. */
function fresh(before: readonly CodeLayer[], after: readonly CodeLayer[]): number {
  const text = ({ entries }: CodeLayer): string =>
    entries.map((one) => `${one.path} ${one.content} ${one.size}`).join();
  const known = new Set(before.map(text));
  return after.filter((layer) => !known.has(text(layer))).length;
}

describe('the layers of the code', () => {
  it('are one, as they were, up to 4 MiB', () => {
    const code = codeOf([file('a', 2 * MB - 512), file('b', 2 * MB - 512)]);

    expect(cutCode(code)).toEqual([code]);
    expect(cutCode(code)[0]).toBe(code);
    expect(cutCode(codeOf([...code.entries, file('c', 0)]))).toHaveLength(2);
    expect(cutCode(codeOf([]))).toHaveLength(1);
  });

  it('are where they have always been', () => {
    const layers = cutCode(codeOf(many(400, 40 * MB)));

    expect(layers.map(({ part }) => part)).toEqual(layers.map((_, index) => ({ number: index + 1, of: 12 })));
    expect(layers.map(({ entries }) => entries.length)).toEqual([
      45, 27, 29, 29, 56, 3, 25, 28, 57, 29, 39, 33,
    ]);
    expect(layers.map(({ entries }) => entries[0]?.path).slice(0, 3)).toEqual([
      'src/part0/file0-0.py',
      'src/part12/file0-292.py',
      'src/part15/file0-175.py',
    ]);
  });

  it('are at most a dozen, and about even', () => {
    const layers = cutCode(codeOf(many(20_000, 400 * MB)));

    expect(layers).toHaveLength(12);
    expect(Math.max(...layers.map(bytesOf))).toBeLessThan((400 * MB) / 4);
  });

  it('have a large file for itself', () => {
    const layers = cutCode(codeOf([...many(1_000, 8 * MB), file('src/part20/weights.bin', 900 * MB)]));

    const [large] = layers.filter(({ entries }) => entries.some(({ size }) => size > MB));
    expect(large?.entries.length).toBeLessThan(20);
  });

  it('hold each file once, in the order that they had', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3 * MB), { maxLength: 60 }), (sizes) => {
        const code = codeOf(sizes.map((size, index) => file(`${index}/${size}`, size)));
        const layers = cutCode(code);

        expect(layers.flatMap(({ entries }) => entries)).toEqual(code.entries);
        expect(layers.length).toBeLessThanOrEqual(12);
        expect(layers.every(({ entries }) => entries.length > 0 || layers.length === 1)).toBe(true);
        if (layers.length < 12)
          expect(layers.every((layer) => layer.entries.length === 1 || bytesOf(layer) <= 4 * MB)).toBe(true);
      }),
    );
  });
});

describe('a change of the code', () => {
  const changes = fc.record({
    count: fc.integer({ min: 100, max: 600 }),
    seed: fc.nat(1_000),
    megabytes: fc.integer({ min: 5, max: 200 }),
    at: fc.nat(),
    name: fc.stringMatching(/^[a-z]{1,12}$/),
  });

  it('of a line changes the layer of its file alone', () => {
    fc.assert(
      fc.property(changes, ({ count, seed, megabytes, at }) => {
        const before = codeOf(many(count, megabytes * MB, seed)).entries;
        const after = before.map((entry, index) =>
          index === at % count ? { ...entry, content: '1' } : entry,
        );

        expect(fresh(cutCode(codeOf(before)), cutCode(codeOf(after)))).toBe(1);
      }),
    );
  });

  it('of a size, and a file that comes or goes, changes few layers, and nearly always one or two', () => {
    const fewest: number[] = [];
    fc.assert(
      fc.property(changes, fc.constantFrom('grows', 'comes', 'goes'), (change, how) => {
        const before = codeOf(many(change.count, change.megabytes * MB, change.seed)).entries;
        fewest.push(fresh(cutCode(codeOf(before)), cutCode(codeOf(changed(before, change, how)))));
      }),
      { numRuns: 150, seed: 17 },
    );

    expect(Math.max(...fewest)).toBeLessThanOrEqual(5);
    expect(fewest.filter((count) => count > 2).length).toBeLessThan(150 / 20);
  });
});

function changed(
  before: readonly FileEntry[],
  { at, name }: { readonly at: number; readonly name: string },
  how: string,
): readonly FileEntry[] {
  const place = at % before.length;
  if (how === 'goes') return before.filter((_, index) => index !== place);
  if (how === 'comes') return [...before, file(`src/part7/${name}.py`, at % 20_000)];
  return before.map((entry, index) => (index === place ? { ...entry, size: entry.size * 3 } : entry));
}
