import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { parseRepository } from '../oci/reference.ts';
import type { Repository } from '../oci/types.ts';
import type { Destination } from './plan.ts';
import type { Rights } from './rights.ts';

interface Asking {
  readonly rights: Rights;
  readonly autoRegistry: Repository | undefined;
}

/** Where images are kept: nothing is pushed for an event that may not push, whatever was asked. */
export function destinationOf(
  { registry, push }: Pick<Inputs, 'registry' | 'push'>,
  caller: Asking,
): Destination {
  if (registry.kind === 'none' || push === 'no' || !caller.rights.push) return { kind: 'engine' };
  if (registry.kind === 'repository') {
    return { kind: 'registry', repository: namedRepository(registry.text), auto: false };
  }
  if (caller.autoRegistry === undefined) return { kind: 'engine' };
  return { kind: 'registry', repository: caller.autoRegistry, auto: true };
}

/** A host alone would be read as a repository of Docker Hub. */
function namedRepository(text: string): Repository {
  if (text.includes('/')) return parseRepository(text);
  throw new UserError(`"${text}" names no repository`, {
    code: 'registry',
    hint: 'write registry and repository, such as ghcr.io/acme/train, or "none" for the local engine',
  });
}
