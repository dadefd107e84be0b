import type { Clock } from '../../io/clock.ts';
import type { diskOf } from '../../io/fs/disk.ts';
import type { CommandSite } from '../../jobspec/job/sites.ts';
import type { KnownRuns } from './known.ts';
import type { Tool } from './tool.ts';

/** What the backend is made from. */
export interface CommandPlace {
  /** As the operator calls it. */
  readonly name: string;
  readonly site: CommandSite;
  readonly tool: Tool;
  readonly known: KnownRuns;
  /** A folder for files that are there while a program runs. */
  readonly temporary: string;
  readonly clock: Clock;
  readonly secrets: ReadonlyMap<string, string>;
  readonly progress: (line: string) => void;
  readonly diskOf?: typeof diskOf | undefined;
}
