import type { Digest } from '../oci/types.ts';
import type { Bases } from '../plan/bases.ts';

/** Where it stands, in the root of the repository. */
export const LOCK_FILE = 'jobimg.lock';

/** What a spec leaves open, as it was found once: `jobimg.lock`. */
export interface Lock {
  readonly tools: LockTools;
  readonly bases: Bases;
  readonly packages: readonly LockedPackages[];
}

/** What made the lock, and steps beside the packages are made with. */
export interface LockTools {
  readonly generator: number;
  readonly uv: string;
}

export type Installer = 'apt' | 'conda' | 'pip';

/** What one step of the environment installs. */
export interface LockedPackages extends PinnedPackages {
  /** The title of the step: a file, `packages`, `apt`. */
  readonly step: string;
  readonly base: string;
  readonly platform: string;
  /** The hash of everything the versions were chosen by. */
  readonly inputs: Digest;
}

export interface PinnedPackages {
  readonly installer: Installer;
  /** `curl=7.88.1-10`, `six==1.17.0 --hash=sha256:…`, `zlib @ https://… --hash=sha256:…`. */
  readonly pins: readonly string[];
}
