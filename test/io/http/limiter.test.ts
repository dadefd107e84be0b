import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/io/clock.ts';
import { createLimiter } from '../../../src/io/http/limiter.ts';

describe('a limit of calls at a time', () => {
  it('hands a place to who waits longest, and none to who does not want it any more', async () => {
    const { run } = createLimiter(systemClock, undefined, 1);
    const done: string[] = [];
    let letGo = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const cancel = new AbortController();

    const one = run('host', () => first);
    const two = run('host', async () => void done.push('two'), cancel.signal);
    const three = run('host', async () => void done.push('three'));
    cancel.abort(new Error('stopped'));
    letGo();
    await Promise.all([one, three]);

    await expect(two).rejects.toThrow('stopped');
    await expect(run('host', async () => 'late', cancel.signal)).rejects.toThrow('stopped');
    expect(done).toEqual(['three']);
  });
});
