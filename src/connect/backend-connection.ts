import type { Findings } from '../findings.ts';
import type { TargetFacts } from '../fit/facts.ts';
import type { Variables } from '../io/process/exec.ts';
import type { BackendChoice } from '../jobspec/job/job.ts';
import type { Handle } from '../run/types/handle.ts';
import type { LookedAtRun } from '../run/types/written-run.ts';
import type { Backend } from '../tools/backend.ts';
import type { Host } from '../tools/host.ts';
import type { ConnectContext } from './context.ts';

/** Who goes on with a run that an earlier process left behind. */
export interface LeftRunCaller {
  readonly env: Variables;
  /** Path of the operator's file of defaults; undefined: there is none. */
  readonly defaults: string | undefined;
  readonly host: Pick<Host, 'info' | 'finding'>;
}

/** What makes a backend of a name. */
export interface BackendConnection {
  /** For new runs, with the values of the secrets that they name. */
  connect(
    choice: BackendChoice,
    secrets: ReadonlyMap<string, string>,
    context: ConnectContext,
  ): Promise<Backend>;
  /** Refuses what the place will not take of a run, as far as that is known here without asking anybody. */
  refuse?(run: LookedAtRun, context: Pick<ConnectContext, 'inputs'>, findings: Findings): Promise<void>;
  /** For a run that an earlier process left behind; what it takes is in the handle and on this machine. */
  reconnect(handle: Handle, by: LeftRunCaller): Promise<Backend>;
  /** Whether runs get the CPUs, GPUs and disks of this machine. */
  isHere(choice: BackendChoice, context: ConnectContext): Promise<boolean>;
  /** What the places offer of which a run gets one; undefined, or none of them: nobody says. */
  targets?(choice: BackendChoice, context: ConnectContext): Promise<readonly TargetFacts[]>;
  /** A shell beside a run, with the user's terminal, and its exit code; undefined: there is none. */
  readonly openTerminal: ((handle: Handle, env: Variables) => Promise<number>) | undefined;
}
