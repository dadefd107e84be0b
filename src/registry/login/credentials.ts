import { askedOnce } from '../../asked-once.ts';
import type { Exec } from '../../io/process/exec.ts';
import type { Repository } from '../../oci/types.ts';
import { type Credential, secretsOf } from './credential.ts';
import { credentialFromDockerConfig, type DockerConfig } from './docker-config.ts';
import { mostSpecific, type RegistryAuth } from './registry-auth.ts';

/** undefined: nothing is known, and it is tried without. */
export type FindCredential = (repository: Repository) => Promise<Credential | undefined>;

export interface Credentials {
  readonly find: FindCredential;
  /** They are refused there, and none are needed: whoever asks from now on finds none. */
  withhold(repository: Repository): void;
}

export interface GitHubAccess {
  /** `ghcr.io`, or `containers.<host>` of an enterprise server. */
  readonly registry: string;
  readonly actor: string;
  readonly token: string;
}

export interface CredentialSources {
  readonly registryAuth: readonly RegistryAuth[];
  readonly docker?: DockerConfig | undefined;
  readonly github?: GitHubAccess | undefined;
  /** For credential helpers. */
  readonly exec: Exec;
  /** Called with every value that must not be shown, before it is used. */
  readonly mask: (secrets: readonly string[]) => void;
  readonly log: (line: string) => void;
}

/** What the user gave for this, then what the machine is logged in to, then GitHub's own token for GitHub's own registry. */
export function createCredentials(sources: CredentialSources): Credentials {
  const withheld = new Set<string>();

  async function look(repository: Repository): Promise<Credential | undefined> {
    const credential =
      givenFor(repository, sources.registryAuth) ??
      (await credentialFromDockerConfig(repository.registry, sources)) ??
      githubFor(repository, sources.github);
    if (credential !== undefined) sources.mask(secretsOf(credential));
    return credential;
  }

  const find = askedOnce(look, keyOf);
  return {
    find: async (repository) => (withheld.has(keyOf(repository)) ? undefined : find(repository)),
    withhold: (repository) => void withheld.add(keyOf(repository)),
  };
}

function keyOf({ registry, path }: Repository): string {
  return `${registry}/${path}`;
}

function givenFor(repository: Repository, entries: readonly RegistryAuth[]): Credential | undefined {
  const entry = mostSpecific(entries, repository);
  return entry === undefined
    ? undefined
    : { kind: 'password', username: entry.username, password: entry.password };
}

function githubFor({ registry }: Repository, github: GitHubAccess | undefined): Credential | undefined {
  if (github === undefined || registry !== github.registry) return undefined;
  return { kind: 'password', username: github.actor, password: github.token };
}

/** GitHub's registry for a server URL (`GITHUB_SERVER_URL`). */
export function githubRegistryOf(serverUrl: string): string {
  const { host } = new URL(serverUrl);
  return host === 'github.com' ? 'ghcr.io' : `containers.${host}`;
}
