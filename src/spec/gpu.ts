import { UserError } from '../errors.ts';
import type { Gpu, Range } from './job.ts';
import { parseCount, parseRange, parseSize } from './quantity.ts';

const HINT = 'write a count (2), a size (24GB), a name (A100), or several: H100:8, A100:80GB:2, L4,A10G';
const MOST = 64;

type Kind = 'count' | 'memory' | 'names';
type Parts = { count?: Range; memory?: Range; names?: readonly string[] };

/** The short form of `gpu`: count, memory per GPU and names, in any order, with colons between; undefined: none. */
export function parseGpu(text: string): Gpu | undefined {
  if (text === 'none' || text === '0') return undefined;
  const parts: Parts = {};
  for (const token of text.split(':').map((part) => part.trim())) {
    const kind = kindOf(token);
    if (parts[kind] !== undefined) throw new UserError(`"${text}" says the ${kind} twice`, { hint: HINT });
    if (kind === 'count') parts.count = parseGpuCount(token);
    else if (kind === 'memory') parts.memory = parseRange(token, parseSize, 'min');
    else parts.names = token.split(',').map(parseGpuName);
  }
  return gpuOf(parts);
}

export function gpuOf(parts: Parts & Partial<Gpu>): Gpu {
  const { count = { min: 1, max: 1 }, names = [], optional = false } = parts;
  return { ...parts, count, names, optional };
}

function kindOf(token: string): Kind {
  if (/^[\d.]+$/.test(token)) return 'count';
  return /^[\d.]/.test(token) ? 'memory' : 'names';
}

/** `8`, `1..4`. */
export function parseGpuCount(text: string): Range {
  const range = parseRange(text, parseCount, 'exact');
  const most = range.max ?? range.min ?? 0;
  if (most === 0) throw new UserError(`"${text}" is no GPU at all`, { hint: 'write "gpu: none"' });
  if (most > MOST) throw new UserError(`${most} GPUs are more than one machine has`, { hint: HINT });
  return range;
}

export function parseGpuName(text: string): string {
  const name = text.trim();
  if (!/^[A-Za-z][A-Za-z0-9 ._-]{0,62}$/.test(name))
    throw new UserError(`"${text}" is not a GPU`, { hint: HINT });
  return name;
}
