import { UserError } from '../../errors.ts';
import { isClaim, parseClaimText } from './claim.ts';
import { parseAbsolutePath, parseOneLine } from './names.ts';

/** Mounted over, these would take from the container what it starts by. */
const SYSTEM = /^\/(?:proc|sys|dev)(?:\/|$)|^\/$/;

/** A folder of the machine that the container runs on, or a claim of its cluster. */
export function parseMountSource(text: string): string {
  return isClaim(text) ? parseClaimText(text) : parseHostPath(text);
}

export function parseHostPath(text: string): string {
  parseOneLine(text);
  const parts = text.split('/');
  if (text.startsWith('/') && !parts.includes('..') && !parts.includes('.')) return text;
  throw new UserError(`"${text}" is not an absolute path`, {
    hint: 'write the folder of the machine as in /data/imagenet, or a claim of the cluster as in pvc:datasets/imagenet; files of the repository are "inputs"',
  });
}

export function parseMountTarget(text: string): string {
  const path = parseAbsolutePath(text);
  if (!SYSTEM.test(path)) return path;
  throw new UserError(`nothing can be mounted at "${path}"`, { hint: 'write it as in /data' });
}
