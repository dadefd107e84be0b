import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';

/** The process itself: jest gives tests a copy of it, which hears no warning. */
const realProcess: NodeJS.Process = EventEmitter.constructor('return process')();

/** What Node warns of while something is done: a listener that is left for every wait is among it, from the eleventh on. */
export async function warningsWhile(work: () => Promise<unknown>): Promise<readonly Error[]> {
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  realProcess.on('warning', warn);
  try {
    await work();
    await setImmediate();
  } finally {
    realProcess.off('warning', warn);
  }
  return warnings.filter(({ name }) => name === 'MaxListenersExceededWarning');
}
