import type { KeptPlan } from '../run/kept-plan.ts';
import type { OwnerState } from '../run/owner-process.ts';
import type { RunRecord } from '../run/record.ts';
import type { Ended } from '../run/records/ended.ts';
import type { Handle } from '../run/types/handle.ts';
import type { RunPlan } from '../run/types/plan.ts';
import type { HashedFile, RunResult } from '../run/types/result.ts';
import type { Backend, RunStatus } from './backend.ts';

/** A run that this machine does not know to be over. */
export interface KnownRun {
  readonly record: RunRecord;
  /** How the process is that follows it. */
  readonly owner: OwnerState;
  /** Its result, which is kept already. */
  readonly ended?: Ended | undefined;
}

/** How a run is found, and the names of its secrets. */
export interface NamedRun {
  readonly handle: Handle;
  readonly plan: Pick<KeptPlan, 'secrets'>;
}

/** The runs of this machine, in files that outlive this process. */
export interface Runs {
  /** Before it is started, and again when more is known of it; the post step and later starts find it. */
  remember(run: RunPlan, handle: Handle): Promise<void>;
  /** Keeps how it ended, before anything of it is removed; the hashes of its outputs, as many as are made. */
  keep(result: RunResult, handle: Handle): Promise<readonly HashedFile[]>;
  /** Keeps what is known later of a run whose result is kept: how it was judged, and where its outputs are. */
  amend(result: RunResult): Promise<void>;
  /** What is kept of a run that is over, and may leave the machine; undefined: nothing. */
  recordOf(run: string): Promise<object | undefined>;
  /** From what its outputs were made, as an in-toto statement by what no job can write; undefined: none was hashed. */
  statementOf(run: string): Promise<string | undefined>;
  /** Puts the signed statement beside the one that is not, and gives its path. */
  keepBundle(run: string, bundle: string): Promise<string>;
  /** Puts a page of the legs of a matrix into a folder of its own, and gives that; undefined: none of them has ended. */
  keepPage(legs: readonly string[]): Promise<string | undefined>;
  /** It goes on without anybody: neither the post step nor a later start ends it. */
  detach(handle: Handle): Promise<void>;
  /** Nothing of it is left with the backend. */
  forget(handle: Handle): Promise<void>;
  list(): Promise<readonly KnownRun[]>;
  /**
   * Makes a run of a process that is gone ours, and with `unseen` that of one which cannot be seen from here as well; false
   * when its process may live, or another one was faster.
   */
  claim(run: string, even?: 'unseen'): Promise<boolean>;
  /** What ran it, and how it stands. What it was given for its secrets is hidden from now on. */
  open(run: NamedRun): Promise<{ readonly backend: Backend; readonly status: RunStatus }>;
  /** Removes what killed processes have left. */
  tidy(): Promise<void>;
  /** Removes ended runs that are kept no longer: what is kept grows with a start alone, and each of them is looked at. */
  removeExpired(): Promise<void>;
}
