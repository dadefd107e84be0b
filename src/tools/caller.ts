import type { Repository } from '../oci/types.ts';
import type { Rights } from '../plan/rights.ts';
import type { RunContext } from '../run/plan/context.ts';
import type { Machine } from '../run/plan/dispatch.ts';

/** What is known of the caller that no spec says. */
export interface Caller {
  readonly rights: Rights;
  /** Where `registry: auto` pushes to, when there is such a place. */
  readonly autoRegistry: Repository | undefined;
  /** The job of the workflow this is called from. */
  readonly workflowJob: string;
  /** The name of a job that the spec leaves unnamed. */
  readonly repositoryName: string;
  readonly run: Omit<RunContext, 'callerEnv' | 'startedAt'>;
  /** Seconds since 1970. */
  time(): number;
  /** Rejects when the signal is aborted first. */
  pause(seconds: number, signal: AbortSignal): Promise<void>;
  /** Values of the step's or shell's environment, for `secrets` and `env: NAME: null`. */
  readonly env: ReadonlyMap<string, string>;
  /** CPUs of this machine: so many legs of a matrix run at once when nothing else is said. */
  readonly cpus: number;
  /** ` --defaults <file>` where a command about a run of this call needs it; else empty. */
  readonly defaultsOption: string;
  /** Whether this is a runner of GitHub's own, made for one job. */
  readonly hosted: boolean;
  /** Asked only when a spec says where it runs. */
  machine(): Promise<Machine>;
}
