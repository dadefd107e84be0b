import { describe, expect, it } from '@jest/globals';
import { holdName, isNameHeld, withMachineLock } from '../../../src/io/process/machine-lock.ts';

const wait = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const name = `jobimg-test-${process.pid}`;

describe('withMachineLock', () => {
  it('does one thing after the other', async () => {
    const course: string[] = [];
    const work = (which: string) => async (): Promise<void> => {
      course.push(`${which} begins`);
      await wait();
      course.push(`${which} ends`);
    };

    await Promise.all(
      ['one', 'two'].map((which) => withMachineLock(name, work(which), { wait, patience: Infinity })),
    );

    expect(course).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('is free again after a failure', async () => {
    const failing = withMachineLock(name, () => Promise.reject(new Error('failed')), { wait, patience: 0 });

    await expect(failing).rejects.toThrow('failed');
    expect(await withMachineLock(name, async () => 'done', { wait, patience: 0 })).toBe('done');
  });

  it('begins all the same when its patience is over', async () => {
    const inner = (): Promise<string> => withMachineLock(name, async () => 'begun', { wait, patience: 400 });

    expect(await withMachineLock(name, inner, { wait, patience: 0 })).toBe('begun');
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('isNameHeld', () => {
  it('takes a holder that ends while it is asked for one that is gone', async () => {
    const held = await holdName(`${name}-ends`);
    const asked = isNameHeld(`${name}-ends`);
    held?.close();

    expect(await asked).toBe(false);
  });

  it('sees who holds the name next, when its holder ends while it is asked', async () => {
    const held = await holdName(`${name}-next`);
    const asked = isNameHeld(`${name}-next`);
    held?.close();
    const next = await holdName(`${name}-next`);

    expect(await asked).toBe(true);
    next?.close();
  });

  it('takes a holder that has no time to answer for one that is there', async () => {
    const held = await holdName(`${name}-busy`);
    // The kernel keeps 511 of them waiting, and turns further ones away.
    const asked = Array.from({ length: 600 }, () => isNameHeld(`${name}-busy`));

    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
    held?.close();
  });
});
