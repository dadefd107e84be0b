import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createPresence } from '../../../src/io/process/presence.ts';

describe('who looks after a container', () => {
  it('is seen by every process of the machine until it ends', async () => {
    const container = randomUUID();
    const [follower, guard] = [createPresence('follower'), createPresence('guard')];

    const before = await follower.isHeld(container);
    const one = await guard.hold(container);
    const other = await follower.hold(container);
    const during = await follower.isHeld(container);
    one?.close();
    const between = await guard.isHeld(container);
    other?.close();

    const isLinux = process.platform === 'linux';
    expect([before, during, between, await guard.isHeld(container)]).toEqual([
      false,
      isLinux,
      isLinux,
      false,
    ]);
  });
});
