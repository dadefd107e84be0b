import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CodeCache } from '../../../src/entries/chunks/code-cache.ts';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jobimg-compiled-'));
  path = join(root, 'compiled', 'program');
});

afterEach(() => rmSync(root, { recursive: true }));

/** Calls each source's function, as a process does with its chunks, and then ends. */
function callAll(sources: Readonly<Record<number, string>>, at: string | undefined = path): unknown[] {
  const cache = new CodeCache(at);
  const results = Object.entries(sources).map(([chunk, source]) =>
    cache.compile(Number(chunk), Buffer.from(source), `file:///dist/${chunk}.index.js`).runInThisContext(),
  );
  cache.save();
  return results.map((result) => (typeof result === 'function' ? result() : result));
}

/** A function that is compiled when it is called, which is the most of a program. */
const sum = (first: number) => `(() => { function add(x) { return x + ${first}; } return add(1); })`;

describe('the code cache', () => {
  it('has the results of the source, with and without a file', () => {
    const sources = { 1: sum(1), 2: sum(2) };

    expect([callAll(sources), callAll(sources), callAll(sources, undefined)]).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    expect(readdirSync(join(root, 'compiled'))).toEqual(['program']);
  });

  it('keeps what was compiled when it was called', () => {
    // Of two sources, because V8 compiles one and the same once for a process.
    const kept = (source: string, isCalled: boolean) => {
      const cache = new CodeCache(path);
      const script = cache.compile(1, Buffer.from(source), 'file:///dist/1.index.js');
      const call: () => number = script.runInThisContext();
      if (isCalled) call();
      cache.save();
      const { size } = statSync(path);
      rmSync(path);
      return size;
    };

    expect(kept(sum(7), true)).toBeGreaterThan(kept(sum(8), false));
  });

  it('is written once, and again for a chunk that is new, without forgetting the others', () => {
    callAll({ 1: sum(1) });
    const { ino } = statSync(path);
    callAll({ 1: sum(1) });
    expect(statSync(path).ino).toBe(ino);

    callAll({ 2: sum(2) });
    const both = readFileSync(path);
    callAll({ 1: sum(1), 2: sum(2) });
    expect(readFileSync(path)).toEqual(both);
  });

  it('takes a source of the same length for another one, and forgets the release that it was of', () => {
    callAll({ 1: sum(1), 2: sum(2), 3: sum(3) });
    const all = statSync(path).size;

    expect(callAll({ 1: sum(9) })).toEqual([10]);
    expect(statSync(path).size).toBeLessThan(all / 2);
  });

  it('is not misled by a file that was damaged or cut off', () => {
    const sources = { 1: sum(1), 2: sum(2) };
    callAll(sources);
    const whole = readFileSync(path);

    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(whole.length - 1), bits: fc.integer({ min: 1, max: 255 }) }), {
          maxLength: 3,
        }),
        fc.option(fc.nat(whole.length)),
        (changes, length) => {
          const bytes = Buffer.from(whole);
          for (const { at, bits } of changes) bytes[at] = (bytes[at] ?? 0) ^ bits;
          writeFileSync(path, bytes.subarray(0, length ?? bytes.length));

          expect(callAll(sources)).toEqual([2, 3]);
        },
      ),
    );
  });

  it.each([
    ['a file that others may write', () => chmodSync(path, 0o620)],
    ['a folder that others may write to', () => chmodSync(join(root, 'compiled'), 0o777)],
    [
      'a link',
      () => {
        writeFileSync(join(root, 'elsewhere'), readFileSync(path), { mode: 0o600 });
        rmSync(path);
        symlinkSync(join(root, 'elsewhere'), path);
      },
    ],
  ])('does not read %s', (_what, change) => {
    callAll({ 1: sum(1) });
    change();
    const cache = new CodeCache(path);

    const script = cache.compile(1, Buffer.from(sum(1)), 'file:///dist/1.index.js');

    expect(script.cachedDataRejected).toBeUndefined();
  });

  it('reads what is its own', () => {
    callAll({ 1: sum(1) });

    const script = new CodeCache(path).compile(1, Buffer.from(sum(1)), 'file:///dist/1.index.js');

    expect(script.cachedDataRejected).toBe(false);
  });

  it('does without, where nothing can be written', () => {
    writeFileSync(join(root, 'file'), '');

    expect(callAll({ 1: sum(1) }, join(root, 'file', 'compiled', 'program'))).toEqual([2]);
    expect(existsSync(path)).toBe(false);
  });

  it('has at most 20 files', () => {
    for (let program = 0; program < 25; program += 1) {
      callAll({ 1: sum(1) }, join(root, 'compiled', `program-${program}`));
    }

    expect(readdirSync(join(root, 'compiled'))).toHaveLength(20);
  });
});
