import { describe, expect, it } from '@jest/globals';
import {
  exitCodeOfVerdict,
  gpuMemoryRanOut,
  type RunEnd,
  verdictOf,
  withGpuMemory,
} from '../../src/run/reason.ts';
import type { Reason } from '../../src/run/types/verdict.ts';

const ENDED: RunEnd = { cancelled: false, timedOut: false, outOfMemory: false, interrupted: false };
const LAUNCH = { reason: 'node-error', detail: 'no GPU' } as const;

describe('the reason of an end', () => {
  it.each<[string, Partial<RunEnd>, Reason]>([
    ['exit 0', { exitCode: 0 }, 'succeeded'],
    ['exit 1', { exitCode: 1 }, 'failed'],
    ['137 without the memory flag', { exitCode: 137 }, 'failed'],
    ['the memory flag and exit 1', { exitCode: 1, outOfMemory: true }, 'oom-host'],
    ['the memory flag and exit 0', { exitCode: 0, outOfMemory: true }, 'succeeded'],
    ['the time limit, however the job took it', { exitCode: 0, timedOut: true }, 'timeout'],
    ['the time limit before memory', { exitCode: 137, timedOut: true, outOfMemory: true }, 'timeout'],
    ['our cancel before the time limit', { exitCode: 143, timedOut: true, cancelled: true }, 'cancelled'],
    ['memory before an interruption', { exitCode: 137, outOfMemory: true, interrupted: true }, 'oom-host'],
    ['an engine that stopped', { exitCode: 255, interrupted: true }, 'interrupted'],
    ['a start that failed', { exitCode: 128, launch: LAUNCH }, 'node-error'],
    ['an engine that does not say', {}, 'internal'],
  ])('of %s', (_, ending, reason) => {
    expect(verdictOf({ ...ENDED, ...ending }).reason).toBe(reason);
  });

  it.each([
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
    'RuntimeError: CUDA error: out of memory',
    'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate',
    'failed to allocate 4.00G: CUDA_ERROR_OUT_OF_MEMORY: out of memory',
  ])('knows a full GPU by its message: %s', (line) => {
    expect(gpuMemoryRanOut(line)).toBe(true);
  });

  it('takes a full GPU for the reason only of a failure', () => {
    const failed = withGpuMemory(verdictOf({ ...ENDED, exitCode: 1 }));
    const coped = withGpuMemory(verdictOf({ ...ENDED, exitCode: 0 }));

    expect([failed.reason, failed.exitCode, coped.reason]).toEqual(['oom-gpu', 1, 'succeeded']);
    expect(gpuMemoryRanOut('memory is fine')).toBe(false);
  });
});

describe('the exit code of ours', () => {
  it.each<[Reason, number | undefined, number]>([
    ['succeeded', 0, 0],
    ['failed', 1, 1],
    ['failed', 255, 255],
    ['failed', 137, 137],
    ['timeout', 143, 143],
    ['timeout', 0, 1],
    ['cancelled', undefined, 130],
    ['cancelled', 0, 130],
    ['cancelled', 143, 143],
    ['lost-contact', undefined, 4],
    ['image-pull', undefined, 4],
    ['no-capacity', undefined, 4],
    ['node-error', undefined, 4],
    ['preflight', undefined, 1],
  ])('for %s with exit code %s is %i', (reason, exitCode, expected) => {
    expect(exitCodeOfVerdict({ reason, exitCode })).toBe(expected);
  });
});
