import * as z from 'zod';
import { UserError } from '../errors.ts';
import { checkPattern } from '../run/pattern.ts';
import { Backend } from './backend.ts';
import {
  field,
  flag,
  INTEGER_OR_STRING,
  mapOf,
  NUMBER_OR_STRING,
  STRING,
  scalar,
  scalarOrValue,
  text,
} from './fields.ts';
import { gpuCountOf, gpuOf, parseGpu, parseGpuCount, parseGpuName } from './gpu.ts';
import { ImageFields, ImageName } from './image.ts';
import { parseInputSource } from './input-source.ts';
import { parseHostPath, parseMountTarget } from './mount-points.ts';
import * as names from './names.ts';
import { parseFilePath, parseGlob } from './paths.ts';
import {
  checkCpu,
  checkLimit,
  checkRange,
  checkSize,
  numberIn,
  parseCount,
  parseCpu,
  parseDuration,
  parseLimit,
  parseRange,
  parseSize,
} from './quantity.ts';

const oneLine = scalar(names.parseOneLine);
const variable = scalar(names.parseVariable, STRING);
const paramName = scalar(names.parseParamName, STRING);
const secretName = scalar(names.parseSecretName, STRING);
const label = scalar(names.parseRunnerLabel, STRING);
const path = scalar(names.parseOneLine, STRING);
const inputSource = scalar(parseInputSource, STRING);
const count = scalar(parseCount, { type: 'integer' });
const duration = scalarOrValue(parseLimit, (content) => checkLimit(numberIn(content)), {
  ...INTEGER_OR_STRING,
  examples: ['90m', '2h', '1h30m'],
});
const size = scalar(parseSize, { ...STRING, examples: ['512MB', '24GB', '16GiB'] });
const sizeRange = (single: 'exact' | 'min') =>
  scalarOrValue(
    (written) => parseRange(written, parseSize, single),
    (content) => checkRange(content, checkSize),
    STRING,
  );

/** A variable whose value the backend decides. */
const runVariable = scalar((name) => {
  if (!/^JOBIMG_/.test(names.parseVariable(name))) return name;
  throw new UserError(`the variable "${name}" is set by jobimg itself`, { hint: 'choose another name' });
}, STRING);

const ParamFields = z.strictObject({
  type: field(z.enum(['string', 'int', 'float', 'bool']), 'Type of the value (default: that of the default)'),
  default: field(text, 'Value when the run is given none'),
  choices: field(z.array(text).min(1), 'List of values that are allowed'),
  min: field(scalar(parseNumber, { type: 'number' }), 'Least value'),
  max: field(scalar(parseNumber, { type: 'number' }), 'Greatest value'),
  required: field(flag, 'Whether each run must be given a value'),
  description: field(text, 'What it is, for people'),
});
export type ParamFields = z.infer<typeof ParamFields>;

const combinations = z.array(z.record(z.string(), text));

/** The keys beside `include` and `exclude` are names of params. */
const Matrix = z
  .object({
    include: field(combinations, 'List of combinations that are extended or added'),
    exclude: field(combinations, 'List of combinations, or parts of them, that are left out'),
  })
  .catchall(z.array(text));

const Strategy = z.strictObject({
  matrix: field(Matrix, 'Values by param; one run for each combination'),
  'max-parallel': field(
    scalarOrValue(parseParallel, (content) => checkParallel(numberIn(content)), { type: 'integer' }),
    'Most runs at a time',
  ),
  'fail-fast': field(flag, 'Whether one failure ends the others', true),
});

const SecretFields = z.strictObject({
  description: field(text, 'What it is, for people'),
  required: field(flag, 'Whether the run fails without it', true),
});

const CodeMode = z.enum(['layer', 'mount', 'none']);
const CodeFields = z.strictObject({
  mode: field(CodeMode, 'layer, mount or none'),
  include: field(z.array(scalar(parseGlob, STRING)), 'List of patterns: only files that one of them names'),
});

const GpuFields = z.strictObject({
  count: field(scalarOrValue(parseGpuCount, gpuCountOf, INTEGER_OR_STRING), 'Number of GPUs, or a range', 1),
  names: field(z.array(scalar(parseGpuName, STRING)), 'List of models of which any will do'),
  memory: field(sizeRange('min'), 'Least memory of each, or a range'),
  'compute-capability': field(
    scalar(parseCapability, NUMBER_OR_STRING),
    'Least compute capability, or a range',
  ),
  vendor: field(z.enum(['nvidia', 'amd', 'intel']), 'Maker of the GPU'),
  optional: field(flag, 'Whether the job runs without one where there is none', false),
});

const Retry = z.strictObject({
  max: field(count, 'Most repetitions', 0),
  on: field(z.array(z.enum(['no-capacity', 'interruption', 'error'])), 'List of what is tried again'),
  backoff: field(duration, 'Time before the next attempt'),
});

const InputFields = z.strictObject({
  name: paramName.describe('Name of the input'),
  from: inputSource.describe('Address (https), or path of the repository'),
  sha256: field(scalar(names.parseSha256, STRING), 'Hash of the file'),
  path: field(scalar(parseFilePath, STRING), 'Path below /inputs/<name>'),
});

const Mount = z.strictObject({
  from: scalar(parseHostPath, STRING).describe('Folder of the machine'),
  to: scalar(parseMountTarget, STRING).describe('Path in the container'),
  'read-only': field(flag, 'Whether it cannot be written', false),
});

const Cache = z.strictObject({
  name: paramName.describe('Name of the cache'),
  path: scalar(names.parseAbsolutePath, STRING).describe('Path in the container'),
  env: field(variable, 'Variable that is set to the path'),
});

const Outputs = z.strictObject({
  paths: z.array(path).describe('List of folders and files in the work directory'),
  to: field(oneLine, 'Where they stay on the far side'),
});

const Metrics = z.union([
  scalar((written) => ({ path: parseFilePath(written) }), STRING),
  z.strictObject({
    stdout: scalar(parsePattern, STRING).describe('Regular expression over the lines of the log'),
  }),
]);

const RunsOn = z.strictObject({
  group: field(label, 'Group of runners'),
  labels: field(z.union([label.transform((one) => [one]), z.array(label)]), 'List of labels'),
});

/** All fields of a job: what a file holds beside `jobs:`, and below each name there. */
export const JobFields = z.strictObject({
  version: field(scalar(parseSpecVersion, { type: 'integer' }), 'Version of this format', 1),
  name: field(scalar(names.parseJobName, STRING), 'Name of the job'),
  run: field(z.union([text, z.array(text).min(1)]), 'Shell text, or list of commands'),
  command: field(z.array(text).min(1), 'List of arguments, run without a shell'),
  shell: field(z.enum(['bash', 'sh']), 'Shell that reads "run"', 'bash'),
  params: field(mapOf(paramName, z.union([text, ParamFields])), 'Values that a run may be given'),
  strategy: field(Strategy, 'Several runs, one per combination of params'),
  env: field(mapOf(runVariable, text.nullable()), 'Variables of the run; an empty one comes from the caller'),
  secrets: field(
    z.union([z.array(secretName), mapOf(secretName, SecretFields.nullable())]),
    'List of secrets by name; their values come from the environment of the step or shell',
  ),
  image: field(z.union([ImageName, ImageFields]), 'Reference of an image, or how it is made', 'auto'),
  code: field(z.union([CodeMode, CodeFields]), "How the repository's files come into the container"),
  gpu: field(
    z.union([scalarOrValue(parseGpu, gpuOf, INTEGER_OR_STRING), GpuFields]),
    'GPUs: 1, 24GB, A100, H100:8, none',
    'none',
  ),
  cpu: field(
    scalarOrValue(
      (written) => parseRange(written, parseCpu, 'exact'),
      (content) => checkRange(content, checkCpu),
      NUMBER_OR_STRING,
    ),
    'Number of CPUs',
  ),
  memory: field(sizeRange('exact'), 'Memory of the job'),
  disk: field(sizeRange('min'), 'Least room on disk'),
  shm: field(size, 'Size of /dev/shm'),
  nodes: field(count, 'Number of machines', 1),
  timeout: field(duration, 'Time after which the job is stopped', '6h'),
  'queue-timeout': field(duration, 'Time to wait for capacity', '24h'),
  'stop-grace': field(scalar(parseDuration, INTEGER_OR_STRING), 'Time between SIGTERM and SIGKILL', '30s'),
  retry: field(Retry, 'When a run is tried again'),
  checkpoint: field(path, 'Path that is kept over attempts'),
  inputs: field(
    z.union([mapOf(paramName, inputSource), z.array(InputFields)]),
    'Files fetched before the start',
  ),
  mounts: field(z.array(Mount), 'List of folders of the machine that the container sees'),
  caches: field(z.array(z.union([z.enum(['hf', 'torch', 'uv', 'pip', 'wandb']), Cache])), 'List of caches'),
  outputs: field(z.union([z.array(path), Outputs]), 'List of folders and files that come back', ['outputs/']),
  metrics: field(Metrics, 'Path of the metrics file, or a pattern of the log'),
  'runs-on': field(
    z.union([label, z.array(label).min(1), RunsOn]),
    'Runner: label, list of labels, or group',
  ),
  backend: field(Backend, 'Where the job runs', 'docker'),
  preflight: field(z.enum(['error', 'warn', 'off']), 'What a contradiction before the start does', 'error'),
});
export type JobFields = z.infer<typeof JobFields>;

function parseSpecVersion(written: string): 1 {
  if (written === '1') return 1;
  throw new UserError(`"${written}" is not a version of this format`, { hint: 'write 1' });
}

function parseNumber(written: string): number {
  const value = written.trim() === '' ? Number.NaN : Number(written);
  if (Number.isFinite(value)) return value;
  throw new UserError(`"${written}" is not a number`);
}

function parseParallel(written: string): number {
  return checkParallel(parseCount(written));
}

function checkParallel(value: number): number {
  if (!Number.isInteger(value)) throw new UserError(`"${value}" is not a whole number`);
  if (value > 0) return value;
  throw new UserError('nothing would ever run', { hint: 'write 1 or more' });
}

function parseCapability(written: string): string {
  if (/^(?:\d{1,2}\.\d)?(?:\.\.(?:\d{1,2}\.\d)?)?$/.test(written) && /\d/.test(written)) return written;
  throw new UserError(`"${written}" is not a compute capability`, {
    hint: 'write 8.0, or a range: 8.0..9.0',
  });
}

function parsePattern(written: string): string {
  names.parseOneLine(written);
  checkPattern(written);
  return written;
}
