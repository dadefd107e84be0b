import type { Finding } from '../errors.ts';
import type { KeptPlan } from '../run/kept-plan.ts';
import type { RunState } from '../run/state.ts';
import type { RunEvent } from '../run/types/event.ts';
import type { Handle } from '../run/types/handle.ts';
import type { KeptFolder, RunPlan } from '../run/types/plan.ts';
import type { KeptContainer, RunMachine } from '../run/types/result.ts';
import type { Verdict } from '../run/types/verdict.ts';

/** What came of copying the outputs of a run. */
export interface Collected {
  /** Paths of the files, relative to the folder, sorted: the first of them, and those that may hold metrics. */
  readonly files: readonly string[];
  /** How many there are beside those. */
  readonly more: number;
  readonly findings: readonly Finding[];
  /** Not everything could be copied: what is left of the run must stay. */
  readonly kept?: KeptContainer | undefined;
  /** The machine of the run; undefined: the place does not tell. */
  readonly machine?: RunMachine | undefined;
}

/** Where a run is executed. */
export interface Backend {
  /** Pure: the handle that finds this run again, before anything was started. */
  intentOf(run: RunPlan): Handle;
  /** Throws for what this place will refuse of the run, before anybody waits for an image. */
  check(run: RunPlan): Promise<void>;
  /** Idempotent by run id: resubmitting attaches. When the signal comes first, nothing is left of what was begun. */
  submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle>;
  /**
   * Ends with an `end` event; log bytes exactly as the process wrote them, as far as the engine kept them. When `signal`
   * comes the run is stopped with its grace. When `leaving` comes, the last event is `left`: within the grace the run
   * stops by itself, and one that was not asked to stop goes on.
   */
  follow(handle: Handle, signal: AbortSignal, leaving?: AbortSignal): AsyncIterable<RunEvent>;
  /**
   * The log as far as it is there now, then `end` of a run that has ended, else `left`, as it does when `leaving` comes.
   * undefined: the place is asked for the log now and then, and `follow` begins with all of it.
   */
  logSoFar?(handle: Handle, leaving: AbortSignal): AsyncIterable<RunEvent>;
  /**
   * Copies the outputs of an ended run into the folder. The plan may be one that was read back from a record: another
   * process fetches them as well as the one that started the run. What the disk, the engine or a file refuses
   * is told, not thrown.
   */
  collect(handle: Handle, run: RunPlan, folder: string): Promise<Collected>;
  /** Stops and removes; may be called twice. */
  cancel(handle: Handle, grace: number): Promise<void>;
  /**
   * Stops, and leaves it to be collected. `command`: what a person has called for it; where the place can keep that, whoever
   * follows the run learns that it was cancelled, and by whom.
   */
  stop(handle: Handle, grace: number, command?: string): Promise<void>;
  /** How a run stands, whoever started it, and what it was given for these secrets. */
  look(handle: Handle, secrets: readonly string[]): Promise<RunStatus>;
  /** Removes what is left of an ended run; false when that takes too long, and goes on without us. */
  clean(handle: Handle): Promise<boolean>;
  /** Removes the checkpoint of a run that needs it no more, as soon as nothing uses it; undefined: it keeps none. */
  releaseCheckpoint?(checkpoint: KeptFolder): Promise<void>;
  /** Every run that is there, in any state and whoever started it: for who has no record of it. */
  list(): Promise<readonly ListedRun[]>;
}

/** A run as the place itself knows it. */
export interface ListedRun {
  readonly handle: Handle;
  readonly job: string;
  /** Without secrets; undefined: the place does not tell it, or another release has written it. */
  readonly plan?: KeptPlan | undefined;
  /** When it was made, by the clock there; undefined: nobody tells. */
  readonly started?: string | undefined;
  /** The repository on GitHub that it was started for. */
  readonly repository?: string | undefined;
  readonly state: Exclude<RunState, 'absent'>;
  /** Whether its time is up, by the clock of the machine it runs on. */
  readonly overdue: boolean;
  /** Whether it was surely started from this machine: any other is not ours to remove. */
  readonly isOwn: boolean;
}

export interface RunStatus {
  readonly state: RunState;
  /** Whether its time is up, by the clock of the machine it runs on. */
  readonly overdue: boolean;
  readonly secrets: ReadonlyMap<string, string>;
  /** How one that has ended did, as far as that is known without its log. */
  readonly verdict?: Verdict | undefined;
}
