import type { RunEvent } from '../../../run/types/event.ts';
import { type Docker, isPassing, isStatus } from '../engine/docker.ts';
import { BarWatch } from './bar-watch.ts';
import type { RunningTime } from './running-time.ts';
import { type LogReader, timeOf } from './stream.ts';
import { withBars } from './with-bars.ts';

/** A log that says nothing for so long is asked for anew: a dead connection looks the same. */
const QUIET = 60_000;
/** Entries of the two streams may be written a little out of order. */
const OVERLAP = 2;

interface LogContext {
  readonly reader: LogReader;
  readonly time: RunningTime;
  readonly leaving: AbortSignal | undefined;
  /** Whether it is waited for what comes; else what is there is all. */
  readonly follow: boolean;
}

/** Reads the log from where the reader is; true when the engine ended it, false when the connection did. */
export async function* readLog(
  name: string,
  { reader, time, leaving, follow }: LogContext,
  docker: Docker,
): AsyncGenerator<RunEvent, boolean> {
  const silence = new AbortController();
  const leave = (): void => silence.abort();
  const watch = (): NodeJS.Timeout => setTimeout(() => silence.abort(), QUIET);
  let timer = watch();
  if (leaving?.aborted) leave();
  leaving?.addEventListener('abort', leave);
  try {
    const { body } = await docker.engine.call({
      method: 'GET',
      path: `/containers/${encodeURIComponent(name)}/logs`,
      query: { follow, stdout: true, stderr: true, timestamps: true, since: sinceOf(reader) },
      signal: silence.signal,
      timeout: 0,
    });
    for await (const chunk of withBars(body, new BarWatch(name, docker), silence)) {
      if (!Buffer.isBuffer(chunk)) {
        yield chunk;
        continue;
      }
      // A reader that takes its time is no silence.
      clearTimeout(timer);
      time.seen();
      yield* reader.push(chunk);
      timer = watch();
    }
    return true;
  } catch (error) {
    // 404 and 409: it is gone, or just going, as the next look will show.
    if (!isPassing(error) && !isStatus(error, 404, 409)) throw error;
    return false;
  } finally {
    clearTimeout(timer);
    silence.abort();
    leaving?.removeEventListener('abort', leave);
  }
}

function sinceOf({ position: { stdout, stderr } }: LogReader): number | undefined {
  const times = [stdout, stderr].flatMap((stream) => (stream === undefined ? [] : [timeOf(stream.time)[0]]));
  return times.length === 0 ? undefined : Math.max(...times) - OVERLAP;
}
