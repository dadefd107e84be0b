import { NoAnswer, orNoAnswer } from '../../../io/polled/passing.ts';
import type { CommandSite, PagedLog } from '../../../jobspec/job/sites.ts';
import type { Tool, ToolResult } from '../place/tool.ts';
import { fillWords } from '../plan/fill.ts';
import { hasWholeLines, isPaged, pageIn } from './page.ts';
import { readValue } from './read.ts';

export interface LogPart {
  readonly log: Uint8Array;
  readonly cursor: string;
}

export interface LogQuestion {
  readonly known: { readonly name: string; readonly id: string };
  readonly options: ReadonlyMap<string, string>;
  readonly cursor: string | undefined;
  /** A last line without a line break is all there will be of it. */
  readonly hasEnded: boolean;
}

const NEW_LINE = 10;
/** Where nothing was read yet. */
export const BEGINNING = '0';
/** Pages in a row without a line. */
const MOST_EMPTY = 50;

type Logs = NonNullable<CommandSite['logs']>;

/** What the log has beyond the cursor: a number of bytes or of lines, or what the place calls its next page. */
export async function readLog(
  { logs }: Pick<CommandSite, 'logs'>,
  question: LogQuestion,
  tool: Tool,
): Promise<LogPart> {
  const { cursor = BEGINNING } = question;
  if (logs === undefined) return { log: new Uint8Array(), cursor };
  const before = await readBefore(logs, question, tool);
  if (isPaged(logs.cursor)) return await readPage(logs, logs.cursor, { ...question, before }, tool);
  const answer = await show(logs, { ...question, before, cursor }, tool);
  const taken = question.hasEnded || !hasWholeLines(logs) ? answer.bytes : wholeLines(answer.bytes);
  const log = logs.strip === undefined ? taken : stripped(taken, logs.strip);
  const seen = Number(cursor);
  if (logs.cursor === 'lines') return { log, cursor: String(seen + countLines(taken)) };
  if (logs.cursor === 'bytes') return { log, cursor: String(seen + taken.length) };
  return { log: log.subarray(Math.min(seen, log.length)), cursor: String(Math.max(seen, log.length)) };
}

interface Prepared extends LogQuestion {
  /** What was read of the program that comes first. */
  readonly before: Readonly<Record<string, string>>;
}

/** An empty page may have others behind it. */
async function readPage(
  logs: Logs,
  paged: PagedLog,
  { cursor = BEGINNING, ...question }: Prepared,
  tool: Tool,
): Promise<LogPart> {
  let at = cursor;
  for (let pages = 1; ; pages++) {
    const answer = await show(logs, { ...question, cursor: at === BEGINNING ? undefined : at }, tool);
    const page = pageIn(answer, paged, at);
    if (page.log.length > 0 || page.cursor === at || pages === MOST_EMPTY) return page;
    at = page.cursor;
  }
}

async function show(
  logs: Logs,
  { before, cursor, known, options }: Prepared,
  tool: Tool,
): Promise<ToolResult> {
  const { id, name } = known;
  const words = fillWords(logs.run, { known: { name, id, read: before, cursor }, options });
  return checked(await orNoAnswer((signal) => tool.run(words, { signal })), logs.exitCodes);
}

/** What has to be known before a log can be asked for, such as the name that the place has for it. */
async function readBefore(
  { before }: Logs,
  { known: { id, name }, options }: LogQuestion,
  tool: Tool,
): Promise<Readonly<Record<string, string>>> {
  if (before === undefined) return {};
  const known = { id, name };
  const words = fillWords(before.run, { known, options });
  const answer = checked(await orNoAnswer((signal) => tool.run(words, { signal })), [0]);
  const values = [...before.read].map(([name, reading]) => [name, readValue(reading, answer)] as const);
  const missing = values.find(([, value]) => value === undefined);
  if (missing !== undefined) throw new NoAnswer(`the place has no "${missing[0]}" of its log yet`);
  return Object.fromEntries(values) as Readonly<Record<string, string>>;
}

/** Before a run has started, most places have no log, and say so by an error. */
function checked(answer: ToolResult, codes: readonly number[]): ToolResult {
  if (codes.includes(answer.code)) return answer;
  throw new NoAnswer(answer.stderr.trim().slice(-400) || `it ended with ${answer.code}`);
}

/** A line that has not ended is read again when it has. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(NEW_LINE) + 1);
}

function countLines(bytes: Buffer): number {
  const breaks = bytes.reduce((sum, byte) => sum + (byte === NEW_LINE ? 1 : 0), 0);
  return bytes.length > 0 && bytes.at(-1) !== NEW_LINE ? breaks + 1 : breaks;
}

function stripped(bytes: Buffer, pattern: RegExp): Buffer {
  const every = new RegExp(pattern.source, `g${pattern.flags}`);
  return Buffer.from(bytes.toString('latin1').replace(every, ''), 'latin1');
}
