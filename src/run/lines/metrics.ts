import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { checkPattern, patternProblem } from '../../jobspec/values/pattern.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { readNumber } from '../metrics/number.ts';
import type { Metric } from '../types/result.ts';

/** Reads metrics out of cleaned lines of output. */
export interface LineMetrics {
  lines(lines: readonly string[]): void;
  all(): readonly Metric[];
  /** What was not read, in sentences. */
  remarks(): readonly string[];
}

/** Milliseconds for all lines together: a pattern that needs more has met lines it was not made for. */
export const MAX_TIME = 30_000;
const SHOWN = 40;

/**
 * With a `name` and a `value` group the pattern says both, as often as a line has them; other named groups are metrics
 * themselves; without names two groups are name and value, and one is a metric called `value`.
 */
export function createLineMetrics(pattern: string, now: () => number = () => 0): LineMetrics {
  const compiled = compilePattern(pattern);
  const fields = fieldsOf(compiled.namedGroups(), compiled.groupCount());
  const isPair = typeof fields[0]?.[0] === 'number';
  const metrics = createMetrics();
  const seen = { matches: 0, late: 0, odd: 0, example: '' };
  let spent = 0;

  function takeLine(line: string): void {
    const matcher = compiled.matcher(line);
    while (matcher.find()) {
      takeMatch(matcher);
      if (!isPair) return;
    }
  }

  /** From the groups of a match to its names and values. */
  function takeMatch(matcher: Matcher): void {
    seen.matches += fields.length;
    for (const [name, index] of fields) {
      take(typeof name === 'string' ? name : matcher.group(name), matcher.group(index));
    }
  }

  function take(name: string | null, text: string | null): void {
    // A list is often written with its comma.
    const written = text?.replace(/[,;]+$/, '') ?? '';
    const value = readNumber(written);
    if (value === 'absent') return;
    if (value !== undefined) {
      metrics.add(name ?? '', value);
      return;
    }
    seen.odd += 1;
    if (seen.odd === 1) seen.example = `${name ?? ''}: ${written.slice(0, SHOWN)}`;
  }

  return {
    all: metrics.all,
    remarks: () => [...remarksOn(seen), ...metrics.remarks()],
    lines(lines) {
      let start = now();
      for (const line of lines) {
        if (spent > MAX_TIME) {
          seen.late += 1;
          continue;
        }
        takeLine(line);
        const end = now();
        spent += end - start;
        start = end;
      }
    },
  };
}

/** A name, or the group that has it, and the group that has the value. */
type Field = readonly [name: string | number, value: number];

function fieldsOf(named: Readonly<Record<string, number>>, groupCount: number): readonly Field[] {
  const { name, value } = named;
  if (name !== undefined && value !== undefined) return [[name, value]];
  const fields = Object.entries(named);
  if (fields.length > 0) return fields;
  return groupCount > 1 ? [[1, 2]] : [['value', groupCount]];
}

interface LineCounts {
  readonly matches: number;
  /** Lines that came when the time was over. */
  readonly late: number;
  /** Values that are no number, and the first of them. */
  readonly odd: number;
  readonly example: string;
}

function remarksOn({ matches, late, odd, example }: LineCounts): readonly string[] {
  const more = odd > 1 ? `, and ${odd - 1} more` : '';
  return [
    ...(matches === 0 ? ['it matched no line of the log'] : []),
    ...(late > 0 ? [`it took ${MAX_TIME / 1_000} s, and the last ${late} lines were not read`] : []),
    ...(odd > 0 ? [`${JSON.stringify(example)} is not a number${more}`] : []),
  ];
}

type Matcher = ReturnType<RE2JS['matcher']>;

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
    throw patternProblem(pattern, `"${part}" is not supported by RE2`, error);
  }
}
