import { describe, expect, it } from '@jest/globals';
import { withClue } from '../../../src/run/lines/clue.ts';
import { watchLines } from '../../../src/run/lines/watch.ts';
import type { Reason } from '../../../src/run/types/verdict.ts';

const FAILED = { reason: 'failed', exitCode: 1 } as const;

function judged(...lines: readonly string[]) {
  const watch = watchLines([]);
  watch.lines(lines);
  return withClue(FAILED, watch.clue());
}

describe('why a run failed, by its log', () => {
  it.each<[string, string, Reason]>([
    [
      'RuntimeError: CUDA error: no kernel image is available for execution on the device',
      'the image has no code for this GPU',
      'failed',
    ],
    [
      'RuntimeError: The NVIDIA driver on your system is too old (found version 12080).',
      'the driver of the machine is too old for the CUDA of the image',
      'failed',
    ],
    [
      'cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version',
      'the driver of the machine is too old for the CUDA of the image',
      'failed',
    ],
    [
      'CUDA error: the provided PTX was compiled with an unsupported toolchain.',
      'code of the image has to be translated for this GPU, and the driver is too old for that',
      'failed',
    ],
    [
      'Error 804: forward compatibility was attempted on non supported HW',
      'the image forces cuda-compat, which works on GPUs for data centers alone',
      'failed',
    ],
    [
      'Failed to initialize NVML: Driver/library version mismatch',
      'the driver of the machine was updated, and the one that it loaded is another one',
      'failed',
    ],
    ['RuntimeError: No CUDA GPUs are available', 'the job looked for a GPU, and has none', 'failed'],
    [
      'ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).',
      'shared memory (/dev/shm) was full',
      'failed',
    ],
    [
      'RuntimeError: DataLoader worker (pid 42) is killed by signal: Bus error.',
      'shared memory (/dev/shm) was full',
      'failed',
    ],
    [
      '[  12.3] NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.',
      'a GPU of the machine failed',
      'failed',
    ],
    [
      'torch.distributed.DistBackendError: NCCL error in: …, ncclSystemError: System call failed',
      'the processes lost each other (NCCL)',
      'failed',
    ],
    ['OSError: [Errno 28] No space left on device: ', 'a disk was full', 'failed'],
    [
      "RuntimeError: [enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: can't allocate memory: you tried",
      'the memory of the machine, not of the GPU, ran out',
      'oom-host',
    ],
    [
      'ImportError: flash_attn_2_cuda.so: undefined symbol: _ZN3c104cuda9SetDeviceEi',
      'two libraries of the image were built for different versions of each other',
      'failed',
    ],
    [
      "ImportError: /lib/x86_64-linux-gnu/libm.so.6: version `GLIBC_2.38' not found",
      'two libraries of the image were built for different versions of each other',
      'failed',
    ],
  ])('%s', (line, detail, reason) => {
    const verdict = judged('epoch 1', line, 'bye');

    expect([verdict.detail, verdict.reason, verdict.exitCode]).toEqual([detail, reason, 1]);
    expect(verdict.hint).toBeTruthy();
  });

  it('is the most certain of what it says', () => {
    expect(
      judged('ncclUnhandledCudaError', 'CUDA error: no kernel image is available for execution on the device')
        .detail,
    ).toBe('the image has no code for this GPU');
  });

  it('is left as it is where the log says nothing, or the run did not fail', () => {
    const watch = watchLines([]);
    watch.lines(['No space left on device']);
    const succeeded = { reason: 'succeeded', exitCode: 0 } as const;

    expect([judged('loss 0.1'), withClue(succeeded, watch.clue())]).toEqual([FAILED, succeeded]);
  });
});
