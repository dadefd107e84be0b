import { describe, expect, it } from '@jest/globals';
import { Display } from '../../../src/build/progress/display.ts';
import { plainCleaner } from '../requests.ts';

const STEP = { title: 'requirements', runs: true, quiet: false };
const BASE = { title: 'base python', runs: false, quiet: true };

function setUp(): { display: Display; lines: string[] } {
  const lines: string[] = [];
  const log = {
    info: (line: string) => lines.push(line),
    lines: (texts: readonly string[]) => lines.push(...texts),
  };
  const titleOf = (name: string) => ({ step: STEP, base: BASE })[name];
  return { display: new Display({ titleOf, cleaner: plainCleaner, log }), lines };
}

describe('Display', () => {
  it('shows a step, its output below it, and its end', () => {
    const { display, lines } = setUp();

    display.show({ type: 'started', vertex: 'a', name: 'step', over: false });
    display.show({ type: 'log', vertex: 'a', bytes: Buffer.from('one\ntw') });
    display.show({ type: 'log', vertex: 'a', bytes: Buffer.from('o') });
    display.show({ type: 'done', vertex: 'a', cached: false, seconds: 1.25 });

    expect(lines).toEqual(['=> requirements', '  one', '  two', '=> requirements: done in 1.3 s']);
    expect(display.record().stepStarted).toBe(true);
  });

  it('says in one line that a step was cached', () => {
    const { display, lines } = setUp();

    display.show({ type: 'started', vertex: 'a', name: 'step', over: true });
    display.show({ type: 'done', vertex: 'a', cached: true, seconds: 0 });

    expect(lines).toEqual(['=> requirements: cached']);
    expect(display.record().stepStarted).toBe(false);
  });

  it('shows large transfers by tenths and leaves small and inner things out', () => {
    const { display, lines } = setUp();

    display.show({ type: 'started', vertex: 'b', name: 'base', over: false });
    display.show({ type: 'started', vertex: 'i', name: '[internal] x', over: false });
    display.show({ type: 'log', vertex: 'i', bytes: Buffer.from('inner\n') });
    for (const current of [1, 20, 21, 90]) {
      display.show({ type: 'transfer', vertex: 'b', current: current * 1e6, total: 1e8 });
    }
    display.show({ type: 'transfer', vertex: 'b', current: 999, total: 1000 });
    display.show({ type: 'done', vertex: 'b', cached: false, seconds: 3 });

    expect(lines).toEqual([
      '   base python: 20 of 100 MB',
      '   base python: 90 of 100 MB',
      '=> base python: done in 3.0 s',
    ]);
  });

  it('keeps the first real failure with its last twenty lines, and what buildx said', () => {
    const { display } = setUp();
    const text = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join('');

    display.show({ type: 'started', vertex: 'b', name: 'base', over: false });
    display.show({ type: 'failed', vertex: 'b', error: 'context canceled' });
    display.show({ type: 'started', vertex: 'a', name: 'step', over: false });
    display.show({ type: 'log', vertex: 'a', bytes: Buffer.from(text) });
    display.show({ type: 'failed', vertex: 'a', error: 'exit code: 3' });
    display.show({ type: 'text', line: 'ERROR: failed' });

    expect(display.record()).toEqual({
      failed: {
        title: STEP,
        error: 'exit code: 3',
        lacks: [],
        lines: Array.from({ length: 20 }, (_, index) => `line ${index + 11}`),
      },
      text: ['ERROR: failed'],
      stepStarted: true,
    });
  });
});
