import type { Clock } from '../../io/clock.ts';
import type { diskOf } from '../../io/fs/disk.ts';
import type { Archive } from '../../io/inputs/moved-tar.ts';
import type { InputFile } from '../../jobspec/job/data.ts';
import type { SlurmSite } from '../../jobspec/job/sites.ts';
import type { Repository } from '../../oci/types.ts';
import type { Shell } from './shell.ts';

/** What the backend is made from. */
export interface Site {
  readonly shell: Shell;
  /** What the operator says of the cluster. */
  readonly settings: SlurmSite;
  readonly clock: Clock;
  /** Values of the secrets that runs name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** undefined: without credentials. */
  pullLogin(repository: Repository): Promise<PullLogin | undefined>;
  /** Fetches and checks inputs: tars of them with absolute paths. */
  readonly inputs?: (inputs: readonly InputFile[]) => Promise<readonly Archive[]>;
  /** As the operator has it in `JOBIMG_ALLOW_MOUNTS`. */
  readonly allowedMounts?: string | undefined;
  /** A line of ours. */
  readonly progress: (line: string) => void;
  readonly diskOf?: typeof diskOf | undefined;
}

/** As the client of an engine writes it down: server, user name and password. */
export interface PullLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}
