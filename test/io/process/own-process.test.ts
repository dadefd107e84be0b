import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ownProcess, startedAt, startedElsewhere } from '../../../src/io/process/own-process.ts';
import { ownerState } from '../../../src/run/owner-process.ts';

describe('a process', () => {
  it('is alive as long as it runs, and dead from then on', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    const self = ownProcess();
    const owner = { ...self, pid: child.pid ?? -1, started: startedAt(child.pid ?? -1) ?? '' };

    expect(ownerState(self, self, startedAt)).toBe('alive');
    expect(ownerState(owner, self, startedAt)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'close');

    expect(ownerState(owner, self, startedAt)).toBe('dead');
  });

  it('has a start that another system tells with ps', () => {
    expect(startedElsewhere(process.pid)).toMatch(/\d\d:\d\d:\d\d \d{4}$/);
    expect(startedElsewhere(99_999_999)).toBeUndefined();
  });

  it.each([
    [{}, 'alive'],
    [{ started: '7' }, 'dead'],
    [{ pid: 2 }, 'dead'],
    [{ boot: 'before' }, 'dead'],
    [{ host: 'another' }, 'unknown'],
    [{ host: 'another', boot: 'before' }, 'unknown'],
    [{ namespace: 'of a container' }, 'unknown'],
  ] as const)('that differs by %j is %s', (difference, state) => {
    const self = { pid: 1, host: 'box', boot: 'now', namespace: 'all', started: '5' };

    expect(ownerState({ ...self, ...difference }, self, (pid) => (pid === 1 ? '5' : undefined))).toBe(state);
  });
});
