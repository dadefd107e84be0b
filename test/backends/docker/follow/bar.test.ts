import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { barStateIn } from '../../../../src/backends/docker/follow/bar-state.ts';
import { type BarEvent, BarWatch } from '../../../../src/backends/docker/follow/bar-watch.ts';
import { withBars } from '../../../../src/backends/docker/follow/with-bars.ts';
import { systemClock } from '../../../../src/io/clock.ts';
import { createEngine } from '../../../../src/io/engine/engine.ts';
import { warningsWhile } from '../../../io/warnings.ts';

function frame(text: string, stream = 2): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('a state of a bar', () => {
  it.each([
    ['behind a CR', ['\r 10%'], ' 10%'],
    ['before the next', ['9%\r10%\r'], '10%'],
    ['in several frames', ['\r', '10', '%'], '10%'],
    ['wiped away afterwards', ['\r10%\r    \r'], '10%'],
    ['by backspaces', ['5%\b\b10%'], '10%'],
  ])('is found %s', (_, texts, text) => {
    expect(barStateIn(Buffer.concat(texts.map((part) => frame(part))))).toEqual({ stream: 'stderr', text });
  });

  it.each([
    ['what may be the end of something', 'cret-value'],
    ['a character that was mended', 'secx\bret'],
    ['a line that ended, and is in the log', '\r100%\n'],
    ['a line end of Windows', 'one\r\n'],
  ])('is not %s', (_, text) => {
    expect(barStateIn(frame(text))).toBeUndefined();
  });

  it('is of the stream that shows it, in whole frames', () => {
    const cut = frame('\r20%', 1).subarray(0, -2);

    expect(barStateIn(Buffer.concat([frame('\r10%', 1), cut]))).toEqual({ stream: 'stdout', text: '10%' });
  });
});

describe('who looks for a bar', () => {
  let folder: string;
  let server: Server;
  let asked: string[];
  let answer: RequestListener;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jobimg-bar-'));
    asked = [];
    server = createServer((request, response) => {
      if (request.url === '/_ping') return void response.setHeader('api-version', '1.43').end();
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    });
    server.listen(join(folder, 'engine.sock'));
    await once(server, 'listening');
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  function watch(): BarWatch {
    return new BarWatch('job', {
      engine: createEngine({ url: `unix://${join(folder, 'engine.sock')}`, source: 'the test' }),
      barEvery: 1,
      clock: systemClock,
      secrets: new Map(),
      pullAuth: async () => undefined,
      progress: () => undefined,
      finding: () => undefined,
    });
  }

  it('lets go with the first state', async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.once('close', () => resolve());
        response.write(frame('cret\r42%'));
      };
    });

    const { bytes } = await watch().next();

    expect(String(bytes)).toBe('42%');
    await closed;
    expect(asked).toEqual(['POST /v1.43/containers/job/attach?stream=true&stdout=true&stderr=true']);
  });

  it('does not ask again where it is refused', async () => {
    const refused = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.writeHead(403).end('{"message":"no"}', resolve);
      };
    });
    const bars = watch();
    const states: BarEvent[] = [];

    void bars.next().then((state) => states.push(state));
    await refused;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    bars.stop();

    expect([asked.length, states]).toEqual([1, []]);
  });

  it('lets go when the log goes on', async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.once('close', () => resolve());
        response.flushHeaders();
        log.write('line\n');
      };
    });
    const log = new PassThrough();
    const pieces = withBars(log, watch(), new AbortController());

    const { value } = await pieces.next();
    await closed;

    expect(String(value)).toBe('line\n');
    log.end();
    expect((await pieces.next()).done).toBe(true);
  });
});

async function readInto(
  seen: string[],
  pieces: AsyncIterable<Buffer | BarEvent>,
  most: number,
): Promise<void> {
  for await (const piece of pieces) {
    seen.push('type' in piece ? 'bar' : String(piece));
    if (seen.length === most) return;
  }
}

describe('a log with bars', () => {
  const bar: BarEvent = { type: 'bar', stream: 'stderr', bytes: Buffer.from('1%') };

  it('shows them between its pieces, and leaves no listener of its many waits', async () => {
    const log = new PassThrough();
    const signal = new AbortController();
    let count = 0;
    const bars = {
      next: async () => {
        if (++count % 2 === 0) log.write('x');
        return count % 2 === 0 ? await new Promise<never>(() => undefined) : bar;
      },
      stop: () => undefined,
    };
    const seen: string[] = [];

    const warnings = await warningsWhile(() => readInto(seen, withBars(log, bars, signal), 200));

    expect(seen.slice(0, 4)).toEqual(['bar', 'x', 'bar', 'x']);
    expect(signal.signal.aborted).toBe(true);
    expect(warnings).toEqual([]);
  });
});
