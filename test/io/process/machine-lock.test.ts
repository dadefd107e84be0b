import { describe, expect, it } from '@jest/globals';
import { withMachineLock } from '../../../src/io/process/machine-lock.ts';

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
