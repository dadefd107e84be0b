import { NoAnswer } from '../../../io/polled/passing.ts';
import type { CommandSite, PagedLog } from '../../../jobspec/job/sites.ts';
import { jsonIn } from '../../../json.ts';
import type { ToolResult } from '../place/tool.ts';
import { textOf, valueIn } from './read.ts';

type Cursor = NonNullable<CommandSite['logs']>['cursor'];

export function isPaged(cursor: Cursor): cursor is PagedLog {
  return typeof cursor === 'object';
}

/** Whether each part of the log is of whole lines, so that a new one begins with it; what stands before a line is taken off whole. */
export function hasWholeLines(logs: CommandSite['logs']): boolean {
  return logs !== undefined && (logs.cursor === 'lines' || logs.strip !== undefined || isPaged(logs.cursor));
}

/** One page: its lines, and where the next one begins. */
export function pageIn(
  { stdout }: ToolResult,
  { lines, next }: PagedLog,
  cursor: string,
): { readonly log: Uint8Array; readonly cursor: string } {
  const json = jsonIn(stdout);
  const found = valueIn(json, lines);
  if (!Array.isArray(found)) throw new NoAnswer(`no lines in what it says: ${stdout.slice(0, 200)}`);
  const log = Buffer.from(found.map((line: unknown) => `${line}\n`).join(''));
  return { log, cursor: textOf(valueIn(json, next)) ?? cursor };
}
