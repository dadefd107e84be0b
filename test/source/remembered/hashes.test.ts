import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../../src/oci/digest.ts';
import { isDependable, isSettled } from '../../../src/source/remembered/file-system.ts';
import { RememberedHashes } from '../../../src/source/remembered/hashes.ts';
import { type FileState, RecordTable } from '../../../src/source/remembered/record-table.ts';
import { makeFolder } from '../folder.ts';

const HASH = 'a'.repeat(64);
const MINUTE = 60_000;

function memory(folder: string, now = Date.now() + 2 * MINUTE): RememberedHashes {
  return new RememberedHashes(join(folder, 'cache', 'hashes'), statSync(folder).dev, now);
}

/** A folder with a file whose hash is remembered, as a scan two minutes later does it. */
function remembering(): { readonly folder: string; readonly file: string } {
  const folder = makeFolder({ 'a.py': 'one' });
  const file = join(folder, 'a.py');
  const hashes = memory(folder);
  hashes.keep(statSync(file), HASH);
  hashes.save();
  return { folder, file };
}

describe('a remembered hash', () => {
  it('stands for a file that is as it was', () => {
    const { folder, file } = remembering();

    expect(memory(folder).find(file)).toMatchObject({ content: HASH });
    expect(statSync(join(folder, 'cache', 'hashes')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700);
  });

  it.each<{ name: string; change(file: string): void }>([
    { name: 'was written to', change: (file) => appendFileSync(file, '2') },
    { name: 'has other contents of the same size', change: (file) => writeFileSync(file, 'two') },
    {
      name: 'has other contents of the same size, and the time that it had',
      change(file) {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, 'two');
        utimesSync(file, atime, mtime);
      },
    },
    {
      name: 'is another one under its name',
      change(file) {
        writeFileSync(`${file}.new`, 'two');
        renameSync(`${file}.new`, file);
      },
    },
    { name: 'became executable', change: (file) => chmodSync(file, 0o755) },
    {
      name: 'is a link now',
      change(file) {
        renameSync(file, `${file}.old`);
        symlinkSync(`${file}.old`, file);
      },
    },
    { name: 'is gone', change: (file) => rmSync(file) },
  ])('does not stand for one that $name', ({ change }) => {
    const { folder, file } = remembering();
    change(file);

    expect(memory(folder).find(file)).toBeUndefined();
  });

  it('is none for a file that changed within a minute, which may change again within the same tick', () => {
    const folder = makeFolder({ 'a.py': 'one' });
    const stats = statSync(join(folder, 'a.py'));
    const hashes = memory(folder, Date.now());
    hashes.keep(stats, HASH);
    hashes.save();

    expect(memory(folder).find(join(folder, 'a.py'))).toBeUndefined();
    expect(isSettled({ mtimeMs: 0, ctimeMs: 1_000 }, MINUTE + 999)).toBe(false);
    expect(isSettled({ mtimeMs: 1_000, ctimeMs: 0 }, MINUTE + 999)).toBe(false);
    expect(isSettled({ mtimeMs: 1_000, ctimeMs: 1_000 }, MINUTE + 1_000)).toBe(true);
  });

  it('is none on another device', () => {
    const { folder, file } = remembering();
    const device = statSync(folder).dev;

    expect(new RememberedHashes(join(folder, 'cache/hashes'), device + 1, 0).find(file)).toBeUndefined();
  });

  it('is replaced by that of the file as it is now', () => {
    const { folder, file } = remembering();
    writeFileSync(file, 'two');
    const hashes = memory(folder);
    hashes.keep(statSync(file), 'b'.repeat(64));
    hashes.save();

    expect(memory(folder).find(file)?.content).toBe('b'.repeat(64));
  });
});

describe('a file of hashes that may not be believed', () => {
  const broken: readonly { readonly name: string; readonly change: (path: string) => void }[] = [
    { name: 'is empty', change: (path) => truncateSync(path) },
    { name: 'was cut off', change: (path) => truncateSync(path, statSync(path).size - 1) },
    { name: 'lost whole records', change: (path) => truncateSync(path, statSync(path).size - 64) },
    { name: 'may be read by others', change: (path) => chmodSync(path, 0o644) },
    { name: 'stands where others may write', change: (path) => chmodSync(join(path, '..'), 0o777) },
    {
      name: 'is a link',
      change(path) {
        renameSync(path, `${path}.old`);
        symlinkSync(`${path}.old`, path);
      },
    },
    {
      name: 'is a folder',
      change(path) {
        rmSync(path);
        mkdirSync(path);
      },
    },
  ];

  it.each(broken)('is as if there were none: it $name', ({ change }) => {
    const { folder, file } = remembering();
    change(join(folder, 'cache', 'hashes'));

    expect(memory(folder).find(file)).toBeUndefined();
  });

  it('is as if there were none whichever byte is another one', () => {
    const { folder, file } = remembering();
    const path = join(folder, 'cache', 'hashes');
    const whole = readFileSync(path);

    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const other = Buffer.from(whole);
        other[at] = (other[at] ?? 0) ^ by;
        writeFileSync(path, other);

        expect(memory(folder).find(file)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('is written again where it can be, and not where others may write', () => {
    const { folder, file } = remembering();
    const path = join(folder, 'cache', 'hashes');
    truncateSync(path, 10);
    const again = memory(folder);
    again.keep(statSync(file), HASH);
    again.save();
    expect(memory(folder).find(file)?.content).toBe(HASH);

    chmodSync(join(folder, 'cache'), 0o777);
    const before = readFileSync(path);
    const refused = memory(folder);
    refused.keep(statSync(file), 'b'.repeat(64));
    refused.save();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(folder, 'cache'))).toEqual(['hashes']);
  });
});

it('are kept for the twenty folders that were read last', () => {
  const folder = makeFolder({ 'a.py': 'one' });
  for (let index = 0; index < 22; index += 1) {
    const hashes = new RememberedHashes(
      join(folder, 'cache', `${index}`),
      statSync(folder).dev,
      Date.now() + 2 * MINUTE,
    );
    hashes.keep(statSync(join(folder, 'a.py')), HASH);
    hashes.save();
    utimesSync(join(folder, 'cache', `${index}`), 1_000 + index, 1_000 + index);
  }

  expect(readdirSync(join(folder, 'cache'))).toHaveLength(20);
  expect(readdirSync(join(folder, 'cache'))).not.toContain('0');
});

it('are kept on file systems of this machine alone', () => {
  expect(isDependable('/proc')).toBe(false);
  expect(isDependable('/nowhere')).toBe(false);
});

describe('the table of records', () => {
  const state = fc.record({
    ino: fc.oneof(fc.nat(50), fc.nat(2 ** 31 - 1), fc.constantFrom(2 ** 40, 2 ** 40 + 2 ** 32)),
    size: fc.nat(3),
    mtimeMs: fc.constantFrom(1, 2.5),
    ctimeMs: fc.constantFrom(1, 2.5),
  });

  it('gives what was put for a number last, and nothing for another state of it', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 200 }), fc.boolean(), (states, isReadAgain) => {
        const table = tableOf(states);
        const read = isReadAgain ? new RecordTable(table.bytes()) : table;
        const last = new Map(states.map((one) => [one.ino, hashOf(one)]));

        expect(read.count).toBe(last.size);
        const known = states.map((one) => read.find(one));
        const isLast = states.map((one) => last.get(one.ino) === hashOf(one));
        expect(known).toEqual(states.map((one, index) => (isLast[index] ? hashOf(one) : undefined)));
      }),
    );
  });

  it('grows', () => {
    const states = Array.from({ length: 5_000 }, (_, ino) => ({
      ...{ ino: ino * 1_024, size: ino },
      ...{ mtimeMs: 1, ctimeMs: 1 },
    }));
    const table = tableOf(states);

    expect(states.every((one) => table.find(one) === hashOf(one))).toBe(true);
    table.clear();
    expect(states.some((one) => table.find(one) !== undefined)).toBe(false);
  });

  function tableOf(states: readonly FileState[]): RecordTable {
    const table = new RecordTable(Buffer.alloc(0));
    for (const one of states) table.put(one, hashOf(one));
    return table;
  }

  function hashOf(value: unknown): string {
    return sha256(JSON.stringify(value)).slice('sha256:'.length);
  }
});
