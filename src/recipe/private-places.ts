import type { BuildSecret, PackageIndex } from '../jobspec/job/job.ts';

/** Private places that the steps of an image fetch from. Secrets are named, and no value is known here. */
export interface Access {
  readonly index?: PackageIndex | undefined;
  readonly git?: GitAccess | undefined;
  /** Whether the caller's SSH agent is forwarded. */
  readonly ssh: boolean;
}

export interface GitAccess {
  readonly secret: BuildSecret;
  /** The hosts that the requirements name, and no other: only they are given the token. */
  readonly hosts: readonly GitHost[];
}

/** A server of Git repositories. */
export interface GitHost {
  readonly scheme: 'https' | 'http';
  readonly name: string;
  /** undefined: the one of the scheme. */
  readonly port?: string | undefined;
  /** How addresses begin that SSH would be used for. */
  readonly ssh: readonly string[];
}
