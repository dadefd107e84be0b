import type { Clock } from '../clock.ts';
import type { EngineApi, EngineCall } from './api.ts';

/** The same engine for who may be told to stop: each call then ends at once, and with the signal's own reason. */
export function cancellableEngine(engine: EngineApi, signal: AbortSignal): EngineApi {
  const heard = <T>(work: (call: EngineCall) => Promise<T>) => {
    return async (call: EngineCall): Promise<T> => {
      const both = call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]);
      return await unlessAborted(signal, () => work({ ...call, signal: both }));
    };
  };
  return {
    url: engine.url,
    isHere: engine.isHere,
    isPrivate: engine.isPrivate,
    version: () => unlessAborted(signal, engine.version),
    call: heard(engine.call),
    json: heard(engine.json),
    dated: heard(engine.dated),
  };
}

/** The same clock, whose pauses end with the signal. */
export function cancellableClock(clock: Clock, signal: AbortSignal): Clock {
  return {
    now: clock.now,
    random: clock.random,
    sleep: (milliseconds, own) =>
      clock.sleep(milliseconds, own === undefined ? signal : AbortSignal.any([signal, own])),
  };
}

/** What was begun is not waited for once the signal came; whatever it then throws is of no interest. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
