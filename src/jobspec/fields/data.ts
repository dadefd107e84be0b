import * as z from 'zod';
import type { InputFile, MountPoint } from '../job/data.ts';
import type { Job } from '../job/job.ts';
import { below, eachOf, line, linesOf, ownLine } from '../rows/lines.ts';
import { type Line, type Rows, schemaOf } from '../rows/row.ts';
import { flag, mapOf, STRING, scalar } from '../rows/scalar.ts';
import { printTemplate } from '../template/template.ts';
import { parseInputSource } from '../values/input-source.ts';
import { parseMountSource, parseMountTarget } from '../values/mount-points.ts';
import * as names from '../values/names.ts';
import { parseOutputsTo } from '../values/outputs-to.ts';
import { parseFilePath, parseMetricsPath } from '../values/paths.ts';
import { checkPattern } from '../values/pattern.ts';
import { CACHE, Caches } from './caches.ts';

const paramName = scalar(names.parseParamName, STRING);
const path = scalar(names.parseOneLine, STRING);
const inputSource = scalar(parseInputSource, STRING);

const INPUT = {
  name: {
    value: paramName,
    required: true,
    description: 'Name of the input',
    type: 'name',
    shown: 'within',
  },
  from: {
    value: inputSource,
    required: true,
    description: 'Address (https), or path of the repository',
    type: 'address, or path',
    shown: 'within',
  },
  sha256: {
    value: scalar(names.parseSha256, STRING),
    description: 'Hash of the file',
    type: 'SHA-256',
    otherwise: 'not compared',
    shown: ({ sha256 }) => sha256,
  },
  path: {
    value: scalar(parseFilePath, STRING),
    description: 'Path below /inputs/<name>',
    type: 'path',
    otherwise: 'the last part of the address',
    shown: ({ file }) => file,
  },
} satisfies Rows<InputFile>;

const MOUNT = {
  from: {
    value: scalar(parseMountSource, STRING),
    required: true,
    description: 'Folder of the machine, or claim of the cluster',
    type: 'absolute path, or `pvc:<name>/<path>`',
    shown: ({ from }) => from,
  },
  to: {
    value: scalar(parseMountTarget, STRING),
    required: true,
    description: 'Path in the container',
    type: 'absolute path',
    shown: ({ to }) => to,
  },
  'read-only': {
    value: flag,
    description: 'Whether it cannot be written',
    default: 'false',
    shown: ({ readOnly }) => (readOnly ? 'true' : undefined),
  },
} satisfies Rows<MountPoint>;

const OUTPUTS = {
  paths: {
    value: z.array(path),
    required: true,
    description: 'List of folders and files in the work directory',
    type: 'list of paths',
    shown: 'within',
  },
  to: {
    value: scalar(parseOutputsTo, STRING),
    description: 'Where they are kept beyond the machine',
    details:
      '`registry`: they come back, and are pushed as [one artifact beside the image](results.md#outputs-in-the-registry). A claim of the cluster keeps them itself: they are not fetched, but for the metrics',
    type: '`registry`, or `pvc:<name>/<path>`',
    otherwise: 'they come back to the folder of the run',
    shown: ({ to }) => to,
  },
} satisfies Rows<Job['outputs']>;

const METRICS = {
  stdout: {
    value: scalar(parsePattern, STRING),
    required: true,
    description: 'Regular expression over the lines of the log',
    details:
      'One of [RE2](https://github.com/google/re2/wiki/Syntax): it has neither lookaround nor backreferences',
    type: 'pattern',
    shown: 'within',
  },
} satisfies Rows;

/** What the run finds, and what it leaves. */
export const DATA = {
  inputs: {
    value: z.union([mapOf(paramName, inputSource), z.array(schemaOf(INPUT))]),
    keys: INPUT,
    description: 'Files fetched before the start',
    details: 'See [Data](#data)',
    type: 'name → address or path, or list of `{…}`',
    shown: ({ inputs = [] }) => inputLines(inputs),
  },
  mounts: {
    value: z.array(schemaOf(MOUNT)),
    keys: MOUNT,
    description: 'List of folders of the machine, or claims of the cluster, that the container sees',
    details: 'See [Data](#data)',
    type: 'list of `{…}`',
    shown: ({ mounts = [] }) => eachOf(MOUNT, mounts.entries()),
  },
  caches: {
    value: Caches,
    keys: CACHE,
    description: 'List of folders that later runs of the same repository find again',
    details: 'See [Caches](#caches)',
    type: 'list of `hf`, `torch`, `uv`, `pip`, `wandb`, or `{…}`',
    shown: ({ caches = [] }) => eachOf(CACHE, caches.entries()),
  },
  outputs: {
    value: z.union([z.array(path), schemaOf(OUTPUTS)]),
    keys: OUTPUTS,
    description: 'List of folders and files that come back',
    details:
      'Paths in the work directory; they come back after every end, failures included; [where to](results.md)',
    type: 'list of paths, or `{…}`',
    default: ['outputs/'],
    otherwise: '`[outputs/]`, if it appears',
    shown: ({ outputs }) => [
      ownLine(outputs.paths.map(printTemplate).join(', '), 'paths'),
      ...(outputs.to === undefined ? [] : [line('to', outputs.to)]),
    ],
  },
  metrics: {
    value: z.union([scalar((written) => ({ path: parseMetricsPath(written) }), STRING), schemaOf(METRICS)]),
    keys: METRICS,
    description: 'Path of the metrics file, or a pattern of the log',
    details: 'See [Metrics](#metrics)',
    type: 'path, or `{…}`',
    otherwise: '`outputs/metrics.json` or `metrics.json` if it appears',
    shown: ({ metrics }) => metrics && [ownLine(Object.values(metrics).join(', '), 'stdout')],
  },
} satisfies Rows<Job>;

/** Written as a list they stand below their numbers, else below their names. */
function inputLines(inputs: readonly InputFile[]): readonly Line[] {
  return inputs.flatMap((input, index) => {
    const { name, from } = input;
    const source = ownLine('url' in from ? from.url : from.path, 'from');
    const lines = [source, ...linesOf(INPUT, input)];
    const numbered = below(String(index), lines);
    return below(name, lines).map((one, at) => ({
      ...one,
      writtenAt: [...(numbered[at]?.writtenAt ?? []), ...one.writtenAt],
    }));
  });
}

function parsePattern(written: string): string {
  names.parseOneLine(written);
  checkPattern(written);
  return written;
}
