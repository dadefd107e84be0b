import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareTimes, LogReader, timeOf } from '../../../../src/backends/docker/follow/stream.ts';
import { frameOf } from '../../../fakes/engine-server.ts';

function time(nanoseconds: number): string {
  return `2026-01-02T03:04:05.${String(nanoseconds).padStart(9, '0')}Z`;
}

interface Read {
  readonly stdout: string;
  readonly stderr: string;
}

function read(reader: LogReader, chunks: readonly Uint8Array[]): Read {
  const text = { stdout: '', stderr: '' };
  for (const chunk of chunks) {
    // A buffer of its own: the reader works in place.
    for (const { stream, bytes } of reader.push(Buffer.from(chunk)))
      text[stream] += Buffer.from(bytes).toString('latin1');
  }
  return text;
}

const entry = fc.record({
  stream: fc.constantFrom(1, 2),
  // Some entries share their time, as the parts of a long line do.
  step: fc.constantFrom(0, 1, 1_000),
  text: fc.string({ maxLength: 30 }).map((text) => `${text.replaceAll(/[^ -~]/g, '?')}\n`),
});

function framesOf(entries: readonly { stream: number; step: number; text: string }[]): readonly Buffer[] {
  let now = 1;
  return entries.map(({ stream, step, text }) => {
    now += step;
    return frameOf({ stream, time: time(now), bytes: Buffer.from(text) });
  });
}

function textOf(entries: readonly { stream: number; text: string }[]): Read {
  const of = (wanted: number): string =>
    entries
      .filter(({ stream }) => stream === wanted)
      .map(({ text }) => text)
      .join('');
  return { stdout: of(1), stderr: of(2) };
}

function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

describe('the log of a container', () => {
  it('is read without its frames and times, however the connection cuts it', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 20 }),
        fc.array(fc.nat(2_000), { maxLength: 10 }),
        (entries, places) => {
          const bytes = Buffer.concat(framesOf(entries));

          expect(read(new LogReader(), cutAt(bytes, places))).toEqual(textOf(entries));
        },
      ),
    );
  });

  it('goes on after a lost connection without a line too many or too few', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), fc.nat(20), fc.nat(2_000), (entries, from, place) => {
        const frames = framesOf(entries);
        const bytes = Buffer.concat(frames);
        const first = new LogReader();
        const before = read(first, [bytes.subarray(0, place % (bytes.length + 1))]);

        const second = new LogReader(first.position);
        const after = read(second, frames);
        const third = read(new LogReader(second.position), frames.slice(from));

        expect({ stdout: before.stdout + after.stdout, stderr: before.stderr + after.stderr }).toEqual(
          textOf(entries),
        );
        expect(third).toEqual({ stdout: '', stderr: '' });
      }),
    );
  });

  it('joins what follows each other in one stream to one event', () => {
    const frames = framesOf([1, 1, 2, 2, 1].map((stream) => ({ stream, step: 1, text: `${stream}\n` })));

    const events = new LogReader().push(Buffer.concat(frames));

    expect(events.map(({ stream, bytes }) => [stream, Buffer.from(bytes).toString()])).toEqual([
      ['stdout', '1\n1\n'],
      ['stderr', '2\n2\n'],
      ['stdout', '1\n'],
    ]);
  });

  it('is read from Podman too, whose times have no fixed length', () => {
    const frames = ['2026-01-02T04:04:05.1+01:00', '2026-01-02T03:04:05.12Z'].map((at) =>
      frameOf({ stream: 1, time: at, bytes: Buffer.from('a line with spaces\n') }),
    );

    expect(read(new LogReader(), frames).stdout).toBe('a line with spaces\n'.repeat(2));
  });

  it('is refused when it is none', () => {
    expect(() => new LogReader().push(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(
      'not a container log',
    );
  });

  it.each([
    ['2026-01-02T03:04:05.1Z', '2026-01-02T03:04:05.100000000Z', 0],
    ['2026-01-02T04:04:05.1+01:00', '2026-01-02T03:04:05.1Z', 0],
    ['2026-01-02T03:04:05.000000001Z', '2026-01-02T03:04:05Z', 1],
    ['2026-01-02T03:04:04.999999999Z', '2026-01-02T03:04:05Z', -1],
  ])('compares %s with %s', (one, other, sign) => {
    expect(Math.sign(compareTimes(one, other))).toBe(sign);
    expect(timeOf(one)[0]).toBeGreaterThan(1.7e9);
  });
});
