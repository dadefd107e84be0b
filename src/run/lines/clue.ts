import type { Reason, Verdict } from '../types/verdict.ts';

/** What a line of a log says of why a run failed. */
export interface Clue {
  /** Undefined: the job itself failed. */
  readonly reason?: Extract<Reason, 'oom-host'> | undefined;
  readonly detail: string;
  readonly hint: string;
}

interface Sign extends Clue {
  /** Texts as the programs write them, each of them enough. */
  readonly says: readonly string[];
}

const OTHER_BUILD =
  'choose a build for it, image: { cuda: … }, or another GPU; "jobimg fit <image>" compares the two';

/** What is most certain stands first: a full disk or a library of another version is behind many other messages. */
const SIGNS: readonly Sign[] = [
  {
    says: [
      'Driver/library version mismatch',
      'system has unsupported display driver / cuda driver combination',
    ],
    detail: 'the driver of the machine was updated, and the one that it loaded is another one',
    hint: 'restart the machine, or load the kernel module of its driver again',
  },
  {
    says: ['forward compatibility was attempted on non supported HW'],
    detail: 'the image forces cuda-compat, which works on GPUs for data centers alone',
    hint: 'take /usr/local/cuda/compat out of LD_LIBRARY_PATH, or use a machine with a newer driver',
  },
  {
    says: [
      'CUDA driver version is insufficient for CUDA runtime version',
      'The NVIDIA driver on your system is too old',
      'cudaErrorInsufficientDriver',
      'CUDA_ERROR_SYSTEM_DRIVER_MISMATCH',
    ],
    detail: 'the driver of the machine is too old for the CUDA of the image',
    hint: 'write image: { cuda: … } with one that the driver can run, or use a machine with a newer one; "jobimg fit <image>" compares the two',
  },
  {
    says: [
      'the provided PTX was compiled with an unsupported toolchain',
      'CUDA_ERROR_UNSUPPORTED_PTX_VERSION',
    ],
    detail: 'code of the image has to be translated for this GPU, and the driver is too old for that',
    hint: OTHER_BUILD,
  },
  {
    says: ['no kernel image is available for execution on the device', 'CUDA_ERROR_NO_BINARY_FOR_GPU'],
    detail: 'the image has no code for this GPU',
    hint: OTHER_BUILD,
  },
  {
    says: ['No CUDA GPUs are available', 'no CUDA-capable device is detected'],
    detail: 'the job looked for a GPU, and has none',
    hint: 'write "gpu: 1" in the spec; where it has that, something sets CUDA_VISIBLE_DEVICES',
  },
  {
    says: ['NVRM: Xid', 'GPU has fallen off the bus', 'uncorrectable ECC error', 'GPU is lost.'],
    detail: 'a GPU of the machine failed',
    hint: 'run it on another machine, and tell the operator of this one: dmesg has the number of the error (Xid)',
  },
  {
    says: [
      'insufficient shared memory (shm)',
      'is killed by signal: Bus error',
      'unable to open shared memory object',
      'unable to write to file </torch_',
    ],
    detail: 'shared memory (/dev/shm) was full',
    hint: 'write a larger "shm" in the spec, such as "shm: 16GB", or use fewer workers',
  },
  {
    says: ['No space left on device', '[Errno 28]', 'Disk quota exceeded'],
    detail: 'a disk was full',
    hint: 'remove images and containers there (docker system prune), or write less',
  },
  {
    says: [
      "DefaultCPUAllocator: can't allocate memory",
      'Cannot allocate memory',
      'numpy._core._exceptions._ArrayMemoryError',
      'std::bad_alloc',
    ],
    reason: 'oom-host',
    detail: 'the memory of the machine, not of the GPU, ran out',
    hint: 'raise "memory" in the spec, or load less at once: fewer workers, smaller batches',
  },
  {
    says: [
      'undefined symbol: ',
      'version `GLIBC',
      'CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH',
      'cuDNN version incompatibility',
      'numpy.dtype size changed',
    ],
    detail: 'two libraries of the image were built for different versions of each other',
    hint: 'install them together, so that one resolver chooses all of them, and rebuild what was compiled against another one',
  },
  {
    says: [
      'ncclSystemError',
      'ncclInternalError',
      'ncclUnhandledCudaError',
      'ncclRemoteError',
      'Watchdog caught collective operation timeout',
    ],
    detail: 'the processes lost each other (NCCL)',
    hint: 'one of them mostly failed first: look above in the log; NCCL_DEBUG=INFO in "env" says more',
  },
];

/** One look at each line: they come by the million. */
const ANY = new RegExp(SIGNS.flatMap(({ says }) => says.map(escaped)).join('|'));

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The sign that the line has, as its place in the table; undefined: none. */
export function signIn(line: string): number | undefined {
  const said = ANY.exec(line)?.[0];
  if (said === undefined) return undefined;
  const at = SIGNS.findIndex(({ says }) => says.includes(said));
  return at < 0 ? undefined : at;
}

export function clueAt(sign: number): Clue | undefined {
  return SIGNS[sign];
}

/** A failure whose log said why; a job that coped with it and went on is none, and whatever else ended it is known better. */
export function withClue(verdict: Verdict, clue: Clue | undefined): Verdict {
  if (verdict.reason !== 'failed' || clue === undefined) return verdict;
  const { reason = 'failed', detail, hint } = clue;
  return { ...verdict, reason, detail, hint };
}
