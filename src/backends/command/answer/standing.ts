import { UserError } from '../../../errors.ts';
import { NoAnswer } from '../../../io/polled/passing.ts';
import type { Standing } from '../../../io/polled/place.ts';
import type { CommandSite, PlaceState } from '../../../jobspec/job/sites.ts';
import { jsonIn } from '../../../json.ts';
import { verdictOf } from '../../../run/reason.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import type { Trailer } from '../place/place.ts';
import type { ToolResult } from '../place/tool.ts';
import { readValue, textOf, valueIn } from './read.ts';

/** How a run stands, from what its program of "status" has said. */
export function standingOf(
  answer: ToolResult,
  { status }: Pick<CommandSite, 'status'>,
  { id, trailer }: { readonly id?: string; readonly trailer?: Trailer | undefined } = {},
): Standing {
  const byCode = status.state?.kind === 'exit-code';
  if (answer.code !== 0 && status.absent?.test(`${answer.stderr}\n${answer.stdout}`))
    return { state: 'absent' };
  if (!byCode && answer.code !== 0) throw new NoAnswer(whatItSaid(answer));
  const own = status.item === undefined ? answer : itemIn(answer, status.item, id);
  if (own === undefined) return { state: 'absent' };
  const said = readValue(status.state, own);
  if (said === undefined) throw new NoAnswer(`no state in what it says: ${answer.stdout.slice(0, 200)}`);
  const state = status.states.get(said);
  if (state === undefined) {
    if (byCode) throw new NoAnswer(whatItSaid(answer));
    throw new UserError(`"${said}" is no state that is known of the place`, {
      code: 'place',
      hint: 'the operator writes below "states" which of ours it is; the run goes on meanwhile',
    });
  }
  return standingIn(state, { answer: own, status, trailer });
}

/** undefined: no run of the list has its id. */
function itemIn(
  answer: ToolResult,
  { items, id }: NonNullable<CommandSite['status']['item']>,
  run: string | undefined,
): ToolResult | undefined {
  const list = valueIn(jsonIn(answer.stdout), items);
  if (!Array.isArray(list)) throw new NoAnswer(`no list in what it says: ${answer.stdout.slice(0, 200)}`);
  const found: unknown = list.find((one) => textOf(valueIn(one, id)) === run);
  return found === undefined ? undefined : { ...answer, stdout: JSON.stringify(found) };
}

function whatItSaid({ code, stderr, stdout }: ToolResult): string {
  return `it ended with ${code}: ${(stderr.trim() || stdout.trim()).slice(-400)}`;
}

interface Told {
  readonly answer: ToolResult;
  readonly status: CommandSite['status'];
  readonly trailer: Trailer | undefined;
}

function standingIn(state: PlaceState, { answer, status, trailer }: Told): Standing {
  const reason = status.reason && readValue(status.reason, answer);
  if (state === 'absent' || state === 'running') return { state };
  if (state === 'queued') return { state, detail: reason ?? 'the place has not started it yet' };
  if (state === 'pulling') return { state, detail: reason ?? 'the place fetches its image' };
  const code = trailer?.code ?? codeIn(status, answer);
  const verdict = verdictIn(trailer?.isTimeout ? 'timeout' : state, code, reason);
  return { state: 'ended', verdict, ...durationIn(status, answer) };
}

function durationIn(status: CommandSite['status'], answer: ToolResult): { readonly duration?: number } {
  const { duration, times } = status;
  const told = duration && readValue(duration, answer);
  const seconds = told === undefined && times ? secondsBetween(times, answer) : Number(told ?? Number.NaN);
  return Number.isNaN(seconds) ? {} : { duration: seconds };
}

function secondsBetween(
  { ended, started }: NonNullable<CommandSite['status']['times']>,
  answer: ToolResult,
): number {
  const json = jsonIn(answer.stdout);
  return (timeOf(valueIn(json, ended)) - timeOf(valueIn(json, started))) / 1_000;
}

/** Not a number: there is none. */
function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value));
}

/** undefined: the place does not tell. */
function codeIn({ exitCode }: CommandSite['status'], answer: ToolResult): number | undefined {
  const text = exitCode && readValue(exitCode, answer);
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

type EndState = Exclude<PlaceState, 'absent' | 'running' | 'queued' | 'pulling'>;

function verdictIn(state: EndState, code: number | undefined, reason: string | undefined): Verdict {
  const told = reason === undefined ? {} : { detail: reason };
  if (state === 'ended') {
    const verdict = verdictOf({ ...NOTHING, exitCode: code });
    return code === undefined ? { ...verdict, detail: 'the place did not tell its exit code' } : verdict;
  }
  // A place that tells success and no code has told enough.
  if (state === 'succeeded') return { reason: 'succeeded', exitCode: 0 };
  if (state === 'failed' && code !== undefined)
    return { ...verdictOf({ ...NOTHING, exitCode: code || 1 }), ...told };
  return { reason: state, exitCode: code, ...told };
}

const NOTHING = { cancelled: false, timedOut: false, outOfMemory: false, interrupted: false };
