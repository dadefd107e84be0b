import type { Rows } from '../../jobspec/rows/row.ts';
import type { Platform } from '../../oci/types.ts';

/** What is known of a backend before anything is connected. */
export interface BackendRow {
  /** A sentence for editors and the documents, without its full stop. */
  readonly description: string;
  /** The keys below its name in a spec. */
  readonly options: Rows<Readonly<Record<string, unknown>>>;
  /** Words that other tools use for these keys, and what to write instead. */
  readonly hints: Readonly<Record<string, string>>;
  readonly capabilities: Capabilities;
  /** What a person types to stop a run where this command line may not be installed; its outputs stay there. */
  stopCommand(run: RemoteRun): string;
  /** The same for a shell beside a run that goes on; undefined: this command line opens one, or there is none. */
  shellCommand?(run: RemoteRun): string;
}

/** What a backend is, as far as a decision depends on it. */
export interface Capabilities {
  /** `required`: it pulls its images, and takes none from the engine of this machine. */
  readonly registry: 'required' | 'optional';
  /** What its machines run; undefined: that is known only when it is connected. */
  readonly platforms: readonly Platform[] | undefined;
  /** Whether its mounts are claims of a cluster; otherwise they are folders of its machine. */
  readonly claims: boolean;
  /** Whether a run may wait for capacity, without a limit that is known here. */
  readonly queue: boolean;
  /** Whether a run may have several machines, which reach each other. */
  readonly nodes: boolean;
  /** Whether a run goes on when this machine is gone, wherever it runs. */
  readonly outlives: boolean;
  /** Seconds after its end for which the outputs of a run that nobody followed can still be fetched. */
  readonly keepsOutputs: number;
  /** Whether it has the secrets itself, so that nobody here needs their values. */
  readonly ownSecrets?: boolean;
}

/** The part of a handle by which a person finds a run. */
interface RemoteRun {
  readonly name: string;
  readonly native: Readonly<Record<string, string>>;
}
