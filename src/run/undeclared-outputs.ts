import { printBytes } from '../disk/bytes.ts';
import type { Finding } from '../errors.ts';

/** A file that a job wrote beside its outputs. */
export interface StrayFile {
  /** Absolute, in the container. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface Places {
  /** The folder that outputs are relative to. */
  readonly from: string;
  readonly home: string;
  /** Relative to `from`, without a slash at the end. */
  readonly outputs: readonly string[];
  /** Files that were put into the container before its start, absolute. */
  readonly given: ReadonlySet<string>;
}

/** Endings of what a training leaves: weights, checkpoints, arrays and tables. */
const RESULT =
  /\.(?:pt|pth|ckpt|safetensors|onnx|h5|hdf5|keras|pkl|pickle|joblib|npz|npy|gguf|pb|tflite|parquet|model|bin)$/i;
/** What programs keep for themselves, wherever it stands. */
const OWN = /^(?:\..+|__pycache__|node_modules|site-packages|venv|cache|tmp|.*\.dist-info)$/;
const SYSTEM = /^\/(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|usr|var)(?:\/|$)/;

/** Whether a path that was added or changed may be a result that nobody asked for. */
export function isCandidate(path: string, { from, home, outputs, given }: Places): boolean {
  const root = [from, home].find((folder) => isBelow(path, folder));
  if (root === undefined || given.has(path)) return false;
  if (root === '/' && SYSTEM.test(path)) return false;
  if (outputs.some((output) => path === join(from, output) || isBelow(path, join(from, output))))
    return false;
  return !path
    .slice(root.length)
    .split('/')
    .some((part) => OWN.test(part));
}

/** The likely ones first: by their ending, then those that stand high up. */
export function byLikelihood(one: string, other: string): number {
  const rank = (path: string): number => (RESULT.test(path) ? 0 : 1_000) + path.split('/').length;
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}

const MOST_NAMED = 3;
/** Bytes: below that, a file is told of only when its ending says what it is. */
const LARGE = 1e6;
const SMALL = 1e3;

/** One line on the largest files; undefined when there is none that anybody would miss. */
export function strayFinding(files: readonly StrayFile[], { from, outputs }: Places): Finding | undefined {
  const missed = files
    .filter(({ path, size }) => size >= (RESULT.test(path) ? SMALL : LARGE))
    .toSorted((one, other) => other.size - one.size);
  if (missed.length === 0) return undefined;
  const named = missed.slice(0, MOST_NAMED).map(({ path, size }) => {
    const shown = isBelow(path, from) && from !== '/' ? path.slice(from.length + 1) : path;
    return `${JSON.stringify(shown.slice(0, 200))}, ${printBytes(size)}`;
  });
  const more = missed.length - named.length;
  const which = `${named.join('; ')}${more === 0 ? '' : `; and ${more} more`}`;
  const where = outputs.length === 0 ? 'an output' : outputs.map((output) => `${output}/`).join(' or ');
  const are = missed.length === 1 ? 'is' : 'are';
  return {
    level: 'notice',
    code: 'not-collected',
    message: `the job wrote ${which}, which ${are} not below ${where}, and removed with the container`,
    hint: 'let the job write it below its outputs, or name it in "outputs"',
  };
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function join(folder: string, path: string): string {
  if (path === '.') return folder;
  return folder.endsWith('/') ? `${folder}${path}` : `${folder}/${path}`;
}
