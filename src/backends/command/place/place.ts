import type { Clock } from '../../../io/clock.ts';
import type { diskOf } from '../../../io/fs/disk.ts';
import type { CommandSite } from '../../../jobspec/job/sites.ts';
import type { KnownRuns } from './known.ts';
import type { Tool } from './tool.ts';

/** A run by the names that a place and we have for it. */
export interface PlacedRun {
  readonly name: string;
  readonly id: string;
  readonly hash: string;
  /** What the place is asked with. */
  readonly options: ReadonlyMap<string, string>;
  /** What its outputs are relative to, where this machine has handed it in. */
  readonly from?: string | undefined;
}

/** What the last line of a log tells. */
export interface Trailer {
  readonly code: number;
  readonly isTimeout: boolean;
}

/** What the backend is made from. */
export interface CommandPlace {
  /** As the operator calls it. */
  readonly name: string;
  readonly site: CommandSite;
  readonly tool: Tool;
  readonly known: KnownRuns;
  /** ` --defaults <file>` where a command about a run here needs it. */
  readonly defaultsOption?: string | undefined;
  /** Ends of logs that were looked for, by the id of the run. */
  readonly ends: Map<string, { readonly tries: number; readonly trailer: Trailer | undefined }>;
  /** A folder for files that are there while a program runs. */
  readonly temporary: string;
  readonly clock: Clock;
  readonly secrets: ReadonlyMap<string, string>;
  readonly progress: (line: string) => void;
  readonly diskOf?: typeof diskOf | undefined;
}
