import { UserError } from '../../errors.ts';

/** A token of a pattern, escapes and classes as wholes, so that what stands in them is none. */
const TOKEN = /\\k<|\\[1-9]|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]/gsu;
const LONGEST = 500;

/**
 * Throws for a pattern of `metrics` that is none, or that asks for what takes a matcher exponential time. The rest is
 * for whoever compiles it; here no matcher has to be loaded.
 */
export function checkPattern(pattern: string): void {
  if (pattern.length > LONGEST) throw patternProblem(pattern, `it is longer than ${LONGEST} characters`);
  const problem = [...pattern.matchAll(TOKEN)].map(([token]) => problemOf(token)).find(Boolean);
  if (problem !== undefined) throw patternProblem(pattern, problem);
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw patternProblem(pattern, 'it is not a regular expression', error);
  }
}

function problemOf(token: string): string | undefined {
  if (/^\\(?:k<|[1-9])/.test(token)) return 'it uses a backreference';
  return token.startsWith('(?') ? 'it uses lookahead or lookbehind' : undefined;
}

export function patternProblem(pattern: string, why: string, cause?: unknown): UserError {
  return new UserError(`the pattern "${pattern}" of "metrics" cannot be used: ${why}`, {
    code: 'metrics',
    hint: 'write one like "(?<name>loss|accuracy)=(?<value>[-0-9.e]+)"',
    cause,
  });
}
