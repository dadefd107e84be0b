import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Job } from '../job/job.ts';
import type { Gpu } from '../job/resources.ts';
import { linesOf, ownLine } from '../rows/lines.ts';
import { type Line, type Rows, schemaOf } from '../rows/row.ts';
import { flag, INTEGER_OR_STRING, NUMBER_OR_STRING, STRING, scalar, scalarOrValue } from '../rows/scalar.ts';
import { gpuCountOf, gpuOf, parseGpu, parseGpuCount, parseGpuName } from '../values/gpu.ts';
import {
  checkCpu,
  checkRange,
  checkSize,
  parseCpu,
  parseRange,
  parseSize,
  printRange,
  printSize,
} from '../values/quantity.ts';

const sizeRange = (single: 'exact' | 'min') =>
  scalarOrValue(
    (written) => parseRange(written, parseSize, single),
    (content) => checkRange(content, checkSize),
    STRING,
  );

const GPU = {
  count: {
    value: scalarOrValue(parseGpuCount, gpuCountOf, INTEGER_OR_STRING),
    description: 'Number of GPUs, or a range',
    details: 'Of a range the job gets as many as are [free](runners.md#gpus-that-jobs-share)',
    type: 'number, or range',
    default: '1',
    shown: 'within',
  },
  names: {
    value: z.array(scalar(parseGpuName, STRING)),
    description: 'List of acceptable models',
    type: 'list of names',
    otherwise: 'any',
    shown: 'within',
  },
  memory: {
    value: sizeRange('min'),
    description: 'Minimum memory of each, or a range',
    type: 'size, or range',
    shown: ({ memory }) => printRange(memory, printSize),
  },
  'compute-capability': {
    value: scalar(parseCapability, NUMBER_OR_STRING),
    description: 'Minimum compute capability, or a range',
    type: '`8.0`, or range',
    shown: ({ computeCapability }) => computeCapability,
  },
  driver: {
    value: scalar(parseDriver, NUMBER_OR_STRING),
    description: 'Oldest driver of the machines that the job is sent to',
    details: 'The image is [planned for it](gpu-fit.md#planned-for-a-gpu), and an older one is an error',
    type: '`535`, `570.124.06`',
    otherwise: 'what labels of the runner or of nodes say',
    shown: ({ driver }) => driver,
  },
  vendor: {
    value: z.enum(['nvidia', 'amd', 'intel']),
    description: 'Vendor of the GPU',
    otherwise: 'any',
    shown: ({ vendor }) => vendor,
  },
  optional: {
    value: flag,
    description: 'Whether the job also runs where there is no GPU',
    default: 'false',
    shown: ({ optional }) => (optional ? 'true' : undefined),
  },
} satisfies Rows<Gpu>;

/** What the machine must have. */
export const RESOURCES = {
  gpu: {
    value: z.union([scalarOrValue(parseGpu, gpuOf, INTEGER_OR_STRING), schemaOf(GPU)]),
    keys: GPU,
    description: 'GPUs: 1, 24GB, A100, H100:8, none',
    details: 'Also `A100:80GB:2` and `L4,A10G`: how many, and which. A size is a minimum',
    type: 'text, or `{…}`',
    default: 'none',
    shown: ({ resources: { gpu } }) =>
      gpu && [ownLine([...gpu.names, printRange(gpu.count)].join(', ')), ...linesOf(GPU, gpu).map(orShort)],
  },
  cpu: {
    value: scalarOrValue(
      (written) => parseRange(written, parseCpu, 'exact'),
      (content) => checkRange(content, checkCpu),
      NUMBER_OR_STRING,
    ),
    description: 'Number of CPUs',
    details: '`4`, `0.5`, `4..8`',
    type: 'number, or range',
    otherwise: 'no limit',
    shown: ({ resources }) => printRange(resources.cpu),
  },
  memory: {
    value: sizeRange('exact'),
    description: 'Memory of the job',
    details: "Also the container's limit",
    type: 'size, or range',
    otherwise: 'no limit',
    shown: ({ resources }) => printRange(resources.memory, printSize),
  },
  disk: {
    value: sizeRange('min'),
    description: 'Minimum disk space',
    details: 'Passed on',
    type: 'size, or range',
    shown: ({ resources }) => printRange(resources.disk, printSize),
  },
  shm: {
    value: scalar(parseSize, { ...STRING, examples: ['512MB', '24GB', '16GiB'] }),
    description: 'Size of /dev/shm',
    details: 'Data loaders need it',
    type: 'size',
    otherwise: 'half of `memory`, at most 8GB',
    shown: ({ resources: { shm } }) => (shm === undefined ? undefined : printSize(shm)),
  },
} satisfies Rows<Job>;

/** The short form says the memory too, in one text with the rest. */
function orShort(line: Line): Line {
  return line.path === 'memory' ? { ...line, writtenAt: [...line.writtenAt, ''] } : line;
}

function parseDriver(written: string): string {
  if (/^\d{3}(?:\.\d{1,4}){0,2}$/.test(written)) return written;
  throw new UserError(`"${written}" is not the version of a driver`, {
    hint: 'write 535, or 570.124.06, as nvidia-smi shows it',
  });
}

function parseCapability(written: string): string {
  if (/^(?:\d{1,2}\.\d)?(?:\.\.(?:\d{1,2}\.\d)?)?$/.test(written) && /\d/.test(written)) return written;
  throw new UserError(`"${written}" is not a compute capability`, {
    hint: 'write 8.0, or a range: 8.0..9.0',
  });
}
