import { UserError } from '../errors.ts';
import { createMetrics } from './metrics.ts';
import type { Metric } from './run.ts';

/** Reads metrics out of cleaned lines of output. */
export interface LineMetrics {
  line(line: string): void;
  all(): readonly Metric[];
}

/** A line that is longer says nothing a person would have meant. */
const MAX_LINE = 1_024;
/** Milliseconds for all lines together: a pattern that needs more has met lines it was not made for. */
const MAX_TIME = 5_000;

/**
 * With a `name` and a `value` group the pattern says both; other named groups are metrics themselves; without names
 * two groups are name and value, and one is a metric called `value`.
 */
export function createLineMetrics(pattern: string, now: () => number = () => 0): LineMetrics {
  const regexp = compilePattern(pattern);
  const metrics = createMetrics();
  let spent = 0;

  function match(line: string): readonly Pair[] {
    if (line.length > MAX_LINE || spent > MAX_TIME) return [];
    const start = now();
    const found = regexp.exec(line);
    spent += now() - start;
    return found === null ? [] : pairsOf(found);
  }

  return {
    all: metrics.all,
    line(line) {
      for (const [name, text] of match(line)) {
        if (text?.trim()) metrics.add(name ?? '', Number(text));
      }
    },
  };
}

type Pair = readonly [string | undefined, string | undefined];

function pairsOf(match: RegExpExecArray): readonly Pair[] {
  const { groups } = match;
  if (groups !== undefined) {
    const named = new Map(Object.entries(groups));
    return named.has('name') && named.has('value') ? [[named.get('name'), named.get('value')]] : [...named];
  }
  return match.length > 2 ? [[match[1], match[2]]] : [['value', match[1] ?? match[0]]];
}

/**
 * A backtracking matcher needs exponential time where something repeated repeats again, and with references back:
 * they are refused, so that no output can stop the program.
 */
export function compilePattern(pattern: string): RegExp {
  const problem = pattern.length > 500 ? 'it is longer than 500 characters' : slowPart(pattern);
  if (problem !== undefined) throw invalid(pattern, problem);
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw invalid(pattern, 'it is not a regular expression', error);
  }
}

function invalid(pattern: string, why: string, cause?: unknown): UserError {
  return new UserError(`the pattern "${pattern}" of "metrics" cannot be used: ${why}`, {
    code: 'metrics',
    hint: 'write one like "(?<name>loss|accuracy)=(?<value>[-0-9.e]+)"',
    cause,
  });
}

const TOKEN =
  /\\k<|\\[1-9]|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(\?<[^>]*>|\(\?:|\(|\)|[*+?]\??|\{\d+(?:,\d*)?\}\??|\|/gsu;
const MAX_REPEATS = 12;

/** What makes a pattern slow, in words. */
function slowPart(pattern: string): string | undefined {
  const tokens = [...pattern.matchAll(TOKEN)].map(([token]) => token);
  if (tokens.some((token) => /^\\(?:k<|[1-9])/.test(token))) return 'it refers back to a group';
  if (tokens.filter(isRepeat).length > MAX_REPEATS) return `it repeats more than ${MAX_REPEATS} times`;
  return repeatsVariable(tokens) ? 'it repeats a group that holds a repetition or a choice' : undefined;
}

function isRepeat(token: string): boolean {
  return /^(?:[*+]|\{\d+,)/.test(token);
}

/** Each open group remembers whether it holds something repeated or chosen; such a group may not be repeated. */
function repeatsVariable(tokens: readonly string[]): boolean {
  const open: boolean[] = [false];
  return tokens.some((token, index) => {
    if (token.startsWith('(')) open.push(false);
    else if (token === ')') return closeGroup(open) && isRepeat(tokens[index + 1] ?? '');
    else if (isRepeat(token) || token === '|') open[open.length - 1] = true;
    return false;
  });
}

function closeGroup(open: boolean[]): boolean {
  const varies = open.pop() ?? false;
  if (varies && open.length > 0) open[open.length - 1] = true;
  return varies;
}
