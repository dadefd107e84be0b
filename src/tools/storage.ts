import type { BuildDisks } from '../disk/disk.ts';
import type { Digest } from '../oci/types.ts';
import type { BuildTarget } from './builder.ts';

/** Where images take room on this machine. */
export interface Storage {
  /** The disks that a build writes to; undefined where they are another machine's, or cannot be told. */
  disks(to: BuildTarget['kind']): Promise<BuildDisks | undefined>;
  /** Images that the builder has fetched before; undefined when it does not tell. */
  held(to: BuildTarget['kind']): Promise<ReadonlySet<Digest> | undefined>;
}
