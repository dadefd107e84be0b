import { type Ending, verdictOf } from '../../run/reason.ts';
import type { RunEvent, Verdict } from '../../run/run.ts';
import type { Container } from './answers.ts';
import { Contact, isPassing, restUnlessAborted, type Sight } from './contact.ts';
import { type Docker, isStatus } from './docker.ts';
import { LABEL, numberIn } from './labels.ts';
import { launchFailure } from './launch-failure.ts';
import { LogReader, timeOf } from './stream.ts';
import { type Limits, watchLimits } from './time-limit.ts';

/** Seconds that somebody may take between making a container and starting it. */
const START_PATIENCE = 60;
/** A log that says nothing for so long is asked for anew: a dead connection looks the same. */
const QUIET = 60_000;
/** Entries of the two streams may be written a little out of order. */
const OVERLAP = 2;

/**
 * Follows a container to its end. When the signal comes it is stopped; when the caller stops reading it goes on, and
 * can be followed again. The end of the log is never taken for the end of the run.
 */
export async function* followContainer(
  name: string,
  signal: AbortSignal,
  docker: Docker,
): AsyncGenerator<RunEvent> {
  const contact = new Contact(name, signal, docker);
  const sight = await waitForStart(contact, signal, docker);
  if (sight.kind !== 'seen') return yield endWithout(sight, name, signal);
  const { container } = sight;
  if (container.State.Status === 'created')
    return yield { type: 'end', verdict: startFailure(container, signal) };

  yield { type: 'state', state: 'started' };
  const limits = watchLimits(container, sight.engineTime, signal, docker);
  try {
    yield* followLog(name, contact, limits, signal, docker);
  } finally {
    limits.close();
  }
}

async function waitForStart(contact: Contact, signal: AbortSignal, docker: Docker): Promise<Sight> {
  for (let second = 0; ; second++) {
    const sight = await contact.inspect();
    if (sight.kind !== 'seen') return sight;
    const { Error: problem, Status: status } = sight.container.State;
    if (status !== 'created' || problem !== '' || second === START_PATIENCE || signal.aborted) return sight;
    await restUnlessAborted(1_000, signal, docker);
  }
}

function startFailure({ State }: Container, signal: AbortSignal): Verdict {
  if (signal.aborted) return { reason: 'cancelled' };
  if (State.Error !== '') return launchFailure(State.Error);
  return { reason: 'internal', detail: 'the container was made but never started', hint: 'run it again' };
}

async function* followLog(
  name: string,
  contact: Contact,
  limits: Limits,
  signal: AbortSignal,
  docker: Docker,
): AsyncGenerator<RunEvent> {
  let reader = new LogReader();
  for (;;) {
    const complete = yield* readLog(name, reader, docker);
    const sight = await contact.inspect();
    if (sight.kind !== 'seen') return yield endWithout(sight, name, signal, limits);
    const isOver = !sight.container.State.Running;
    if (isOver && complete) {
      yield* endOf(sight.container, limits, contact.wasLost);
      return;
    }
    reader = new LogReader(reader.position);
    if (!isOver) await restUnlessAborted(200, signal, docker);
  }
}

/** Reads the log from where the reader is; true when the engine ended it, false when the connection did. */
async function* readLog(name: string, reader: LogReader, docker: Docker): AsyncGenerator<RunEvent, boolean> {
  const silence = new AbortController();
  const watch = (): NodeJS.Timeout => setTimeout(() => silence.abort(), QUIET);
  let timer = watch();
  try {
    const { body } = await docker.engine.call({
      method: 'GET',
      path: `/containers/${encodeURIComponent(name)}/logs`,
      query: { follow: true, stdout: true, stderr: true, timestamps: true, since: sinceOf(reader) },
      signal: silence.signal,
      timeout: 0,
    });
    for await (const chunk of body as AsyncIterable<Buffer>) {
      // A reader that takes its time is no silence.
      clearTimeout(timer);
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
  }
}

function sinceOf({ position: { stdout, stderr } }: LogReader): number | undefined {
  const times = [stdout, stderr].flatMap((stream) => (stream === undefined ? [] : [timeOf(stream.time)[0]]));
  return times.length === 0 ? undefined : Math.max(...times) - OVERLAP;
}

/** Docker gives a container that ran when it went down this code. */
const ENGINE_WENT = 255;
const STOPPED = new Set([ENGINE_WENT, 137, 143]);

function* endOf({ Config, State }: Container, limits: Limits, wasLost: boolean): Generator<RunEvent> {
  const duration = Math.max(0, Date.parse(State.FinishedAt) - Date.parse(State.StartedAt)) / 1_000;
  const ending: Ending = {
    cancelled: limits.cancelled,
    // Stopped by its guard while nobody followed, it looks like this.
    timedOut:
      limits.timedOut || duration >= (numberIn(Config.Labels, LABEL.timeout) ?? Number.POSITIVE_INFINITY),
    outOfMemory: State.OOMKilled === true,
    interrupted: wasLost && STOPPED.has(State.ExitCode),
    exitCode: State.ExitCode,
    launch: State.Error === '' ? undefined : launchFailure(State.Error),
  };
  if (ending.outOfMemory && State.ExitCode === 0) {
    yield {
      type: 'note',
      message: 'a process of the job was killed because the memory was full, yet the job ended with 0',
    };
  }
  yield { type: 'end', verdict: verdictOf(ending), duration };
}

function endWithout(
  sight: Exclude<Sight, { kind: 'seen' }>,
  name: string,
  signal: AbortSignal,
  limits?: Limits,
): RunEvent {
  if (sight.kind === 'gone') {
    const reason = limits?.timedOut === true && !limits.cancelled ? 'timeout' : 'cancelled';
    return { type: 'end', verdict: { reason, detail: `the container "${name}" is not there any more` } };
  }
  const hint = `it is left alone; see how it does with: docker logs --follow ${name}`;
  const reason = signal.aborted ? 'cancelled' : 'lost-contact';
  return { type: 'end', verdict: { reason, detail: sight.why, hint } };
}
