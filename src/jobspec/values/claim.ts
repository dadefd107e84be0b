import { UserError } from '../../errors.ts';
import { parseOneLine } from './names.ts';

/** A persistent volume claim of a cluster, or a folder of it: https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export interface Claim {
  readonly name: string;
  /** Without a slash at either end; empty: all of it. */
  readonly path: string;
}

const CLAIM = /^pvc:(?<name>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?:\/(?<path>.*))?$/;
const HINT = 'write the name of the claim, and a folder of it: pvc:datasets/imagenet';

export function isClaim(text: string): boolean {
  return text.startsWith('pvc:');
}

export function parseClaim(text: string): Claim {
  parseOneLine(text);
  const { name, path = '' } = CLAIM.exec(text)?.groups ?? {};
  const parts = path.split('/').filter((part) => part !== '');
  if (name !== undefined && !parts.some((part) => part === '.' || part === '..'))
    return { name, path: parts.join('/') };
  throw new UserError(`"${text}" is not a claim`, { hint: HINT });
}

/** As it was written, once it is known to be one. */
export function parseClaimText(text: string): string {
  parseClaim(text);
  return text;
}
