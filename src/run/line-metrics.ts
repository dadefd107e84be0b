import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { createMetrics } from './metrics.ts';
import { checkPattern, patternProblem } from './pattern.ts';
import type { Metric } from './run.ts';

/** Reads metrics out of cleaned lines of output. */
export interface LineMetrics {
  line(line: string): void;
  all(): readonly Metric[];
}

/** A line that is longer says nothing a person would have meant. */
const MAX_LINE = 1_024;
/** Milliseconds for all lines together: a pattern that needs more has met lines it was not made for. */
const MAX_TIME = 30_000;

/**
 * With a `name` and a `value` group the pattern says both; other named groups are metrics themselves; without names
 * two groups are name and value, and one is a metric called `value`.
 */
export function createLineMetrics(pattern: string, now: () => number = () => 0): LineMetrics {
  const compiled = compilePattern(pattern);
  const names = Object.keys(compiled.namedGroups());
  const metrics = createMetrics();
  let spent = 0;

  function match(line: string): readonly Pair[] {
    if (line.length > MAX_LINE || spent > MAX_TIME) return [];
    const start = now();
    const matcher = compiled.matcher(line);
    const pairs = matcher.find() ? pairsOf((group) => matcher.group(group) ?? undefined) : [];
    spent += now() - start;
    return pairs;
  }

  function pairsOf(group: Group): readonly Pair[] {
    if (names.includes('name') && names.includes('value')) return [[group('name'), group('value')]];
    if (names.length > 0) return names.map((name) => [name, group(name)]);
    if (compiled.groupCount() > 1) return [[group(1), group(2)]];
    return [['value', group(compiled.groupCount())]];
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

type Group = (which: string | number) => string | undefined;
type Pair = readonly [string | undefined, string | undefined];

/**
 * Compiled for a matcher whose time grows with the line and with nothing else, whatever the pattern. What that one
 * cannot do is an error: https://github.com/google/re2/wiki/Syntax
 */
export function compilePattern(pattern: string): RE2JS {
  checkPattern(pattern);
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const part = error instanceof RE2JSSyntaxException ? error.input : pattern;
    throw patternProblem(pattern, `"${part}" is nothing that RE2 has`, error);
  }
}
