import { UserError } from '../errors.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { parseRepository } from '../oci/reference.ts';
import type { Repository } from '../oci/types.ts';
import type { Destination } from './plan.ts';
import type { Rights } from './rights.ts';

interface DestinationOptions {
  readonly rights: Rights;
  readonly autoRegistry: Repository | undefined;
}

/** Where images are kept: nothing is pushed for an event that may not push, whatever was asked. */
export function destinationOf(
  { registry, push }: Pick<Inputs, 'registry' | 'push'>,
  caller: DestinationOptions,
): Destination {
  if (registry.kind === 'none' || push === 'no' || !caller.rights.push) return { kind: 'engine' };
  if (registry.kind === 'repository') {
    return { kind: 'registry', repository: repositoryOfInput(registry.text), auto: false };
  }
  if (caller.autoRegistry === undefined) return { kind: 'engine' };
  return { kind: 'registry', repository: caller.autoRegistry, auto: true };
}

/** What is wrong with it is told of the input, which is read beside many others. */
function repositoryOfInput(text: string): Repository {
  try {
    return namedRepository(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const findings = error.findings.map((finding) => ({
      ...finding,
      message: `registry: ${finding.message}`,
    }));
    throw UserError.of(findings, error.kind);
  }
}

/** Why the destination is spelled differently from what its user wrote; undefined: it is not. */
export function respelling({ registry }: Pick<Inputs, 'registry'>): string | undefined {
  if (registry.kind !== 'repository') return undefined;
  const { text } = registry;
  const spelled = lowerCased(text);
  return spelled === text
    ? undefined
    : `registry: ${spelled} ("${text}" in lower case, as the names in a registry are)`;
}

/** A host alone would be read as a repository of Docker Hub. */
export function namedRepository(text: string): Repository {
  refuseTag(text);
  refuseCapitalHost(text);
  if (text.includes('/')) return parseRepository(lowerCased(text));
  throw new UserError(`"${text}" names no repository`, {
    code: 'registry',
    hint: 'write registry and repository, such as ghcr.io/acme/train, or "none" for the local engine',
  });
}

/** Tags are ours: one for each content. */
function refuseTag(text: string): void {
  const [, repository = '', rest = ''] = /^([^@]*\/[^/:@]*)([:@].*)$/.exec(text) ?? [];
  if (rest === '') return;
  throw new UserError(
    `"${text}" has ${rest.startsWith('@') ? 'a digest' : 'a tag'}, and names no repository`,
    {
      code: 'registry',
      hint: `write ${repository}; a tag that moves is given with the input "tags" (--tag ${/^:([\w.-]+)$/.exec(rest)?.[1] ?? 'latest'})`,
    },
  );
}

/** Docker takes a first part with a capital letter for a host, which nobody means who writes `Acme/train`. */
function refuseCapitalHost(text: string): void {
  const [host = '', ...path] = text.split('/');
  if (path.length === 0 || host === host.toLowerCase() || /[.:]/.test(host)) return;
  throw new UserError(`"${text}" has no registry, and the name of a repository is lower case`, {
    code: 'registry',
    hint: `write ${text.toLowerCase()} for Docker Hub, or the registry before it, such as ghcr.io/${text.toLowerCase()}`,
  });
}

/**
 * Names in a registry are lower case (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests),
 * and `${{ github.repository }}` is not where its owner is not.
 */
function lowerCased(text: string): string {
  const [host = ''] = text.split('/');
  return /[.:]/.test(host) || host === 'localhost' ? text.toLowerCase() : text;
}
