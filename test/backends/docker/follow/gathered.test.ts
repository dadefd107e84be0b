import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { gathered } from '../../../../src/backends/docker/follow/gathered.ts';

/** Bytes that are taken at once. */
const ENOUGH = 256 * 1024;

describe('a log that is gathered', () => {
  it('comes whole and in order, in pieces larger than those it was sent in', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    const pieces: Buffer[] = [];

    for await (const piece of gathered(Readable.from(lines.map(Buffer.from), { objectMode: false })))
      pieces.push(piece);

    expect(Buffer.concat(pieces).toString()).toBe(lines.join(''));
    expect(pieces.length).toBeLessThan(lines.length / 100);
  });

  it('waits for no second line, and for no reader beyond what is held', async () => {
    const log = new PassThrough();
    const pieces = gathered(log);
    log.write('first\n');

    const first = await pieces.next();
    for (let size = 0; size < 4 * ENOUGH; size += 1024) log.write(Buffer.alloc(1024));
    log.end();
    await new Promise(setImmediate);

    expect(String(first.value)).toBe('first\n');
    const sizes: number[] = [];
    for await (const { length } of pieces) sizes.push(length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(4 * ENOUGH);
    expect(Math.max(...sizes)).toBeLessThan(2 * ENOUGH);
  });

  it('passes what came before its connection broke, and then says so', async () => {
    const log = new PassThrough();
    const pieces = gathered(log);
    log.write('last\n');
    const first = await pieces.next();
    log.write('and this\n');
    await new Promise(setImmediate);

    log.destroy(new Error('reset'));

    expect(String(first.value)).toBe('last\n');
    expect(String((await pieces.next()).value)).toBe('and this\n');
    await expect(pieces.next()).rejects.toThrow('reset');
  });

  it('ends with a connection that is closed without a word', async () => {
    const log = new PassThrough();
    const pieces = gathered(log);
    const next = pieces.next();

    log.destroy();

    await expect(next).rejects.toThrow('Premature close');
  });
});
