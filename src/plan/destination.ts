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
    return { kind: 'registry', repository: parseRepository(registry.text), auto: false };
  }
  if (caller.autoRegistry === undefined) return { kind: 'engine' };
  return { kind: 'registry', repository: caller.autoRegistry, auto: true };
}
