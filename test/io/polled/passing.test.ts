import { describe, expect, it } from '@jest/globals';
import { createTool } from '../../../src/backends/command/place/tool.ts';
import { createShell } from '../../../src/backends/slurm/shell.ts';
import { UserError } from '../../../src/errors.ts';
import { NoAnswer, orNoAnswer } from '../../../src/io/polled/passing.ts';

/** Milliseconds. */
const SOON = 50;
const SILENT = 'it gave no answer within 0.05 s';
const HANGS = 'sleep 1000 & wait';

describe('a question to a place', () => {
  it.each([
    [
      'program',
      (signal: AbortSignal) =>
        createTool({ env: [], variables: new Map() }, process.env).run(['sh', '-c', HANGS], { signal }),
    ],
    ['login node', (signal: AbortSignal) => createShell(undefined, process.env).run(HANGS, signal)],
    ['process that nothing ends', () => new Promise(() => undefined)],
  ])('is given up where its %s hangs', async (_, ask) => {
    await expect(orNoAnswer<unknown>(ask, SOON)).rejects.toThrow(new NoAnswer(SILENT));
  });

  it.each([
    ['what is away', new UserError('503', { kind: 'unavailable' }), NoAnswer],
    ['what is wrong', new UserError('no such option', { kind: 'input' }), UserError],
  ])('tells %s', async (_, error, type) => {
    const told = await orNoAnswer(() => Promise.reject(error)).catch((one: unknown) => one);

    expect((told as Error).constructor).toBe(type);
    expect((told as Error).message).toBe(error.message);
  });
});
