import { UserError } from '../../errors.ts';
import type { Gpu, Range } from '../job/resources.ts';
import type { ValueContent } from '../yaml/node.ts';
import { numberIn, parseCount, parseRange, parseSize } from './quantity.ts';

const HINT = 'write a count (2), a size (24GB), a name (A100), or several: H100:8, A100:80GB:2, L4,A10G';
const MOST = 64;

const ONE = 'write how many: "gpu: 1"';
const NO_GPU = 'write "gpu: none", or leave it out';

/** Words that would pass for the name of a model. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ...['yes', 'true', 'on', 'any', 'auto', 'gpu', 'cuda', 'nvidia'].map((word) => [word, ONE] as const),
  ...['no', 'false', 'off', 'null', 'cpu'].map((word) => [word, NO_GPU] as const),
  ['all', 'write how many: "gpu: 1", or a range, of which the job gets as many as are free: "gpu: 1..8"'],
]);

type Parts = { count?: Range; memory?: Range; names?: readonly string[] };

/** The short form of `gpu`: count, memory per GPU and names, in any order, with colons between; undefined: none. */
export function parseGpu(text: string): Gpu | undefined {
  if (text === 'none' || text === '0') return undefined;
  const parts: Parts = {};
  for (const token of text.split(':').map((part) => part.trim())) {
    const part = parseToken(token, text);
    const twice = Object.keys(part).find((kind) => kind in parts);
    if (twice !== undefined) throw new UserError(`"${text}" gives the ${twice} twice`, { hint: HINT });
    Object.assign(parts, part);
  }
  const { count = { min: 1, max: 1 }, names = [], memory } = parts;
  return { count, names, memory, optional: false };
}

function parseToken(token: string, text: string): Parts {
  if (token === '') throw new UserError(`"${text}" has nothing between two colons`, { hint: HINT });
  if (/^[\d.]+$/.test(token)) return { count: parseGpuCount(token) };
  if (/^[\d.]/.test(token)) return { memory: parseRange(token, parseSize, 'min') };
  return { names: token.split(',').map(parseGpuName) };
}

/** `8`, `1..4`. */
export function parseGpuCount(text: string): Range {
  return checkGpuCount(parseRange(text, parseCount, 'exact'), text);
}

function checkGpuCount(range: Range, shown: string): Range {
  const most = range.max ?? range.min ?? 0;
  if (most === 0) throw new UserError(`"${shown}" means no GPU`, { hint: 'write "gpu: none"' });
  if (most > MOST) throw new UserError(`${most} GPUs are more than one machine has`, { hint: HINT });
  return range;
}

/** So many GPUs of any kind. */
export function gpuCountOf(content: ValueContent): Range {
  const count = numberIn(content);
  return checkGpuCount({ min: count, max: count }, String(count));
}

export function gpuOf(content: ValueContent): Gpu {
  return { count: gpuCountOf(content), names: [], memory: undefined, optional: false };
}

export function parseGpuName(text: string): string {
  const name = text.trim();
  const meant = MEANT.get(name.toLowerCase());
  if (meant !== undefined)
    throw new UserError(`"${text}" does not say how many GPUs or which`, { hint: meant });
  if (!/^[A-Za-z][A-Za-z0-9 ._-]{0,62}$/.test(name))
    throw new UserError(`"${text}" is not a GPU`, { hint: HINT });
  return name;
}
