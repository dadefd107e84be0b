import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  LogCursor,
  type Position,
  parsePosition,
  sinceTime,
} from '../../../../src/backends/kubernetes/follow/log-cursor.ts';

interface Line {
  readonly time: string;
  readonly text: string;
}

const T = (nanoseconds: number, second = 0) =>
  `2026-12-01T10:00:${String(second).padStart(2, '0')}.${String(nanoseconds).padStart(9, '0')}Z`;

function bytesOf(lines: readonly Line[]): Buffer {
  return Buffer.from(lines.map(({ time, text }) => `${time} ${text}\n`).join(''));
}

/** What is read of a log in pieces, and where that ends. */
function read(bytes: Buffer, from?: Position, size = bytes.length) {
  const cursor = new LogCursor(from);
  const fresh: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size)
    fresh.push(...cursor.push(bytes.subarray(start, start + size)));
  return { text: Buffer.concat(fresh).toString(), cursor };
}

describe('the log of a container', () => {
  it('is read without its timestamps, however it is cut', () => {
    const bytes = bytesOf([
      { time: T(1), text: 'a b' },
      { time: T(2), text: '' },
      { time: T(3), text: '2026-12-01T10:00:00Z in a line' },
    ]);

    for (const size of [1, 2, 7, 1000])
      expect(read(bytes, undefined, size).text).toBe('a b\n\n2026-12-01T10:00:00Z in a line\n');
  });

  it('goes on where it was, in the middle of a line and after lines of the same time', () => {
    const lines = [T(1), T(1), T(1), T(5), T(0, 1)].map((time, index) => ({ time, text: `line ${index}` }));
    const whole = lines.map(({ text }) => `${text}\n`).join('');
    const bytes = bytesOf(lines);

    for (let end = 0; end <= bytes.length; end++) {
      const first = read(bytes.subarray(0, end));
      const second = read(bytes, first.cursor.position);

      expect(first.text + second.text).toBe(whole);
      expect(second.cursor.isGap).toBe(false);
    }
  });

  it('has every line once, wherever and however often it breaks off', () => {
    const text = fc.string({ maxLength: 20 }).map((one) => one.replace(/[\n\r]/g, ''));
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), text), { maxLength: 30 });
    void fc.assert(
      fc.property(steps, fc.array(fc.nat(400), { maxLength: 5 }), (written, cuts) => {
        let time = 0;
        const lines = written.map(([step, one]) => {
          time += step;
          return { time: T(time % 7, Math.floor(time / 7)), text: one };
        });
        const bytes = bytesOf(lines);
        let position: Position | undefined;
        let all = '';
        for (const cut of [...cuts, bytes.length]) {
          // As the kubelet does: from the second of the cursor on.
          const since = sinceTime(position) ?? '';
          const kept = bytesOf(lines.filter((line) => `${line.time.slice(0, 19)}Z` >= since));
          const { text: fresh, cursor } = read(kept.subarray(0, cut), position);
          all += fresh;
          position = cursor.position;
        }
        expect(Buffer.from(all)).toEqual(Buffer.from(lines.map((line) => `${line.text}\n`).join('')));
      }),
    );
  });

  it('tells when what was read last is not there any more', () => {
    const before = read(bytesOf([{ time: T(1), text: 'a' }])).cursor.position;
    const { cursor, text } = read(bytesOf([{ time: T(9), text: 'z' }]), before);

    expect([text, cursor.isGap]).toEqual(['z\n', true]);
  });

  it('loses nothing where the clock of the node was set back', () => {
    const lines = [T(5), T(9), T(2), T(3)].map((time, index) => ({ time, text: String(index) }));
    const before = read(bytesOf(lines.slice(0, 2))).cursor.position;

    expect(read(bytesOf(lines), before).text).toBe('2\n3\n');
  });

  it.each([
    'failed to create fsnotify watcher: too many open files',
    'unable to retrieve container logs for containerd://5f2c',
    'rpc error: code = NotFound desc = an error occurred when try to find container',
    'EOF',
    '404 page not found',
    `${'x'.repeat(100)} y`,
  ])('keeps its place where the kubelet writes in the place of lines: %s', (said) => {
    const lines = [T(1), T(2)].map((time, index) => ({ time, text: String(index) }));
    const bytes = Buffer.concat([bytesOf(lines), Buffer.from(said)]);

    for (const size of [1, 7, 1000]) {
      const { cursor, text } = read(bytes, undefined, size);

      expect(text).toBe('0\n1\n');
      expect([cursor.notice, cursor.position]).toEqual([said, { time: T(2), count: 1, bytes: 0 }]);
      const again = read(
        Buffer.concat([bytes, Buffer.from('\n'), bytesOf([{ time: T(3), text: '2' }])]),
        cursor.position,
      );
      expect([again.text, again.cursor.notice, again.cursor.isGap]).toEqual(['2\n', said, false]);
    }
  });

  it('keeps only the beginning of what the kubelet writes, and takes a cut timestamp for none of it', () => {
    expect(read(Buffer.from('x'.repeat(10_000))).cursor.notice).toHaveLength(500);
    expect(read(Buffer.from(T(1).slice(0, 12))).cursor.notice).toBeUndefined();
    expect(read(Buffer.from(`${T(1)}\n`)).text).toBe('\n');
  });

  it.each([
    ['2026-12-01T10:00:00.999999999Z', '2026-12-01T10:00:00Z'],
    ['2026-12-01T10:00:00Z', '2026-12-01T10:00:00Z'],
    ['2026-12-01T11:00:00.5+01:00', '2026-12-01T10:00:00Z'],
    ['no time', undefined],
  ])('is asked for from the whole second on: %s', (time, since) => {
    expect(sinceTime({ time, count: 1, bytes: 0 })).toBe(since);
  });

  it('keeps its place in a handle', () => {
    const position = { time: T(1), count: 2, bytes: 3 };

    expect(parsePosition(JSON.stringify(position))).toEqual(position);
    expect(parsePosition('{}')).toBeUndefined();
    expect(parsePosition(undefined)).toBeUndefined();
  });
});
