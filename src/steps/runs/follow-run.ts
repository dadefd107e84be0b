import { withClue } from '../../run/lines/clue.ts';
import type { LineWatch } from '../../run/lines/watch.ts';
import { withGpuMemory } from '../../run/reason.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { RunFiles } from '../../tools/run-files.ts';
import type { Tools } from '../../tools/tools.ts';

export interface FollowResult {
  readonly verdict: Verdict;
  /** Seconds from the start of the process to its end. */
  readonly duration: number;
  /** What the handle of a run that still goes on gets, for whoever sees it to its end. */
  readonly left?: Handle['native'] | undefined;
}

interface FollowRunTools extends Pick<Tools, 'cleaner'> {
  readonly host: Pick<Tools['host'], 'bar' | 'info' | 'lines' | 'now'>;
}

type LogEvent = Extract<RunEvent, { type: 'log' }>;
type BarEvent = Extract<RunEvent, { type: 'bar' }>;
type LastEvent = Extract<RunEvent, { type: 'end' | 'left' }>;
type StateEvent = Extract<RunEvent, { type: 'state' }>;

/** Shows a run as it goes, each byte of it cleaned first, until it has ended. */
export async function followRun(
  events: AsyncIterable<RunEvent>,
  watch: LineWatch,
  files: Pick<RunFiles, 'writeLog'>,
  tools: FollowRunTools,
): Promise<FollowResult> {
  const { host } = tools;
  const log = createLog(watch, files, tools);
  const logState = stateLogger(host);
  let started = host.now();

  for await (const event of events) {
    if (event.type === 'end' || event.type === 'left') {
      await log.end();
      return ended(event, watch, (host.now() - started) / 1000);
    }
    if (event.type === 'state') started = logState(event) ?? started;
    else if (event.type === 'note') host.info(event.message);
    else await log.push(event);
  }
  throw new Error('a run ended without a verdict');
}

function ended(event: LastEvent, watch: LineWatch, watched: number): FollowResult {
  if (event.type === 'left') return { verdict: event.verdict, duration: watched, left: event.native };
  return { verdict: judged(event.verdict, watch), duration: event.duration ?? watched };
}

/** When the process started, as far as it did. What a backend answers again and again for hours is logged once. */
export function stateLogger({
  info,
  now,
}: Pick<FollowRunTools['host'], 'info' | 'now'>): (event: StateEvent) => number | undefined {
  let logged: string | undefined;
  return (event) => {
    if (event.state === 'started') return now();
    const line = `${event.state}: ${event.detail}`;
    if (line !== logged) info(line);
    logged = line;
    return undefined;
  };
}

function judged(verdict: Verdict, watch: LineWatch): Verdict {
  return watch.gpuMemoryRanOut() ? withGpuMemory(verdict) : withClue(verdict, watch.clue());
}

/** Two streams, each with a cleaner of its own, shown and kept as one. */
function createLog(
  watch: LineWatch,
  files: Pick<RunFiles, 'writeLog'>,
  tools: FollowRunTools,
): { push(event: LogEvent | BarEvent): Promise<void>; end(): Promise<void> } {
  const { host, cleaner } = tools;
  const others = createNodeLogs(files, tools);
  const kept: Uint8Array[] = [];
  const keep = (bytes: Uint8Array): void => void kept.push(bytes);
  const streams = { stdout: cleaner(keep), stderr: cleaner(keep) };
  const show = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    watch.lines(lines);
    host.lines(lines);
  };
  /** Shown only: its line comes in the log, and is kept and read there. */
  const showBar = ({ stream, bytes }: BarEvent): void => {
    const own = cleaner();
    const text = [...own.push(bytes), ...own.end()].findLast((line) => line.trim() !== '');
    if (text === undefined) return;
    streams[stream].barShown();
    host.bar(text);
  };
  const write = async (): Promise<void> => {
    for (const bytes of kept.splice(0)) await files.writeLog(bytes);
  };
  return {
    async push(event) {
      if (event.type === 'bar') return showBar(event);
      const { stream, bytes, node } = event;
      if (node !== undefined) return await others.push(node, bytes);
      show(streams[stream].push(bytes));
      await write();
    },
    async end() {
      show([...streams.stdout.end(), ...streams.stderr.end()]);
      await write();
      await others.end();
    },
  };
}

/** Those of other nodes than the first, which are kept only; each has a cleaner of its own. */
function createNodeLogs(files: Pick<RunFiles, 'writeLog'>, { cleaner }: Pick<FollowRunTools, 'cleaner'>) {
  const kept: (readonly [node: number, bytes: Uint8Array])[] = [];
  const cleaners = new Map<number, Cleaner>();
  const write = async (): Promise<void> => {
    for (const [node, bytes] of kept.splice(0)) await files.writeLog(bytes, node);
  };
  return {
    async push(node: number, bytes: Uint8Array): Promise<void> {
      const own = cleaners.get(node) ?? cleaner((clean) => void kept.push([node, clean]));
      cleaners.set(node, own);
      own.push(bytes);
      await write();
    },
    async end(): Promise<void> {
      for (const own of cleaners.values()) own.end();
      await write();
    },
  };
}

type Cleaner = ReturnType<FollowRunTools['cleaner']>;
