import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createProgressParser, type ProgressEvent } from '../../../src/build/progress/progress.ts';

const RUN = { digest: 'sha256:a', name: '[2/3] RUN make' };
const START = '2026-01-01T00:00:00.5Z';
const END = '2026-01-01T00:00:02Z';

const LINES = [
  { vertexes: [RUN] },
  { vertexes: [{ ...RUN, started: START }] },
  { logs: [{ vertex: 'sha256:a', stream: 1, data: Buffer.from('h\u00e9llo\n').toString('base64') }] },
  { statuses: [{ id: 'layer 1', vertex: 'sha256:a', current: 10, total: 100 }] },
  { statuses: [{ id: 'layer 2', vertex: 'sha256:a', current: 5, total: 50 }] },
  { vertexes: [{ ...RUN, started: START, completed: END }] },
  { vertexes: [{ ...RUN, started: START, completed: END, cached: true }] },
].map((line) => JSON.stringify(line));

const TEXT = `${LINES.join('\n')}\nERROR: failed to solve\n`;

function parse(chunks: readonly Uint8Array[]): readonly ProgressEvent[] {
  const parser = createProgressParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

const EVENTS: readonly ProgressEvent[] = [
  { type: 'started', vertex: 'sha256:a', name: '[2/3] RUN make', over: false },
  { type: 'log', vertex: 'sha256:a', bytes: Buffer.from('h\u00e9llo\n') },
  { type: 'transfer', vertex: 'sha256:a', current: 10, total: 100 },
  { type: 'transfer', vertex: 'sha256:a', current: 15, total: 150 },
  { type: 'done', vertex: 'sha256:a', cached: false, seconds: 1.5 },
  { type: 'text', line: 'ERROR: failed to solve' },
];

describe('createProgressParser', () => {
  it('tells what is new of each vertex, once', () => {
    expect(parse([Buffer.from(TEXT)])).toEqual(EVENTS);
  });

  it('does not depend on how the bytes were cut', () => {
    const bytes = Buffer.from(TEXT);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (places) => {
        const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
        const chunks = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));

        expect(parse(chunks)).toEqual(EVENTS);
      }),
    );
  });

  it('tells a failed vertex with its error', () => {
    const failed = { ...RUN, started: START, completed: END, error: 'exit code: 3' };

    expect(parse([Buffer.from(`${JSON.stringify({ vertexes: [failed] })}\n`)])).toEqual([
      { type: 'started', vertex: 'sha256:a', name: '[2/3] RUN make', over: true },
      { type: 'failed', vertex: 'sha256:a', error: 'exit code: 3' },
    ]);
  });

  it('passes on what is no JSON, and the end without a newline', () => {
    expect(parse([Buffer.from('{ not json\n\nlast')])).toEqual([
      { type: 'text', line: '{ not json' },
      { type: 'text', line: 'last' },
    ]);
  });
});
