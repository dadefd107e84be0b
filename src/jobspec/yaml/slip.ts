import { isMap, isScalar, visit } from 'yaml';
import { UserError } from '../../errors.ts';
import { compose } from './compose.ts';

/** Blanks that look like a space, and are part of a word to YAML. */
export const ODD_BLANK = /[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/;

/** Up to the value that stands behind it in one line. */
const HEAD = /^(\s*(?:-\s+)*(?:(?:[\w.-]+|"[^"]*"|'[^']*')\s*:[ \t]+|(?<=-\s+)(?=\{\{)))(.*?)(?:\s+#\s.*)?$/;

/** Patterns take longer than it is worth for a longer one. */
const LONGEST_LINE = 2_000;

interface Slip {
  readonly line: number;
  readonly message: string;
  /** The line as it was meant. */
  readonly meant: string;
}

/**
 * What a text was meant to say whose line cannot be read, where one usual change makes it readable; undefined when none
 * does. The errors of a parser tell of what follows from the slip, and not of the slip.
 */
export function slipAt(text: string, line: number, file: string): UserError | undefined {
  const slip = blankSlip(text) ?? valueSlip(text, line);
  if (slip === undefined) return undefined;
  return new UserError(slip.message, {
    code: 'yaml',
    hint: `write ${slip.meant.trim()}`,
    location: { file, line: slip.line, column: slip.meant.length - slip.meant.trimStart().length + 1 },
  });
}

/** A space that was typed with another key, or copied from a page, in front of a key or behind its colon. */
function blankSlip(text: string): Slip | undefined {
  const lines = text.split('\n');
  return [' ', '']
    .map((indent) => lines.map((line) => withSpaces(line, indent)))
    .filter((meant) => problemLine(meant.join('\n')) === undefined)
    .flatMap((meant) => firstDifference(lines, meant))[0];
}

function firstDifference(lines: readonly string[], meant: readonly string[]): readonly Slip[] {
  const index = lines.findIndex((line, at) => line !== meant[at]);
  const [odd = ''] = ODD_BLANK.exec(lines[index] ?? '') ?? [];
  if (index < 0) return [];
  const code = `U+${odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const message = `a blank that is not a space (${code}) stands where YAML needs a space`;
  return [{ line: index + 1, message, meant: meant[index] ?? '' }];
}

const BLANKS = `[ ${ODD_BLANK.source.slice(1, -1)}]+`;
const INDENT = new RegExp(`^${BLANKS}`);
const BEHIND_KEY = new RegExp(`^( *(?:- +)?[\\w.-]+:)(${BLANKS})`);
const ODD_BLANKS = new RegExp(ODD_BLANK, 'g');

function withSpaces(line: string, indent: string): string {
  return line
    .replace(INDENT, (blanks) => blanks.replace(ODD_BLANKS, indent))
    .replace(BEHIND_KEY, (_, key: string, blanks: string) => `${key}${blanks.replace(ODD_BLANKS, ' ')}`);
}

function valueSlip(text: string, line: number): Slip | undefined {
  const lines = text.split('\n');
  const written = (lines[line - 1] ?? '').replace(/\r$/, '');
  const [, head, value] = (written.length > LONGEST_LINE ? null : HEAD.exec(written)) ?? [];
  if (head === undefined || value === undefined) return undefined;
  return repairs(value)
    .map(([message, meant]) => ({ line, message, meant: `${head}${meant}` }))
    .find(({ meant }) => {
      const problem = problemLine(lines.with(line - 1, meant).join('\n'));
      return problem === undefined || problem > line;
    });
}

type Repair = readonly [message: string, meant: string];

function repairs(value: string): readonly Repair[] {
  if (/^[{[]/.test(value) && !/^\{\{/.test(value)) {
    const message = '"{{" without quotes begins two mappings of YAML, and no placeholder';
    return value.includes('{{') ? [[message, quotedPlaceholders(value)]] : [];
  }
  const message = messageFor(value);
  return message === undefined ? [] : [[message, quoted(value)]];
}

/** Each placeholder with what is joined to it, where it is not between quotes already. */
function quotedPlaceholders(value: string): string {
  const pattern = /"(?:[^"\\]|\\.)*"|'[^']*'|([^\s,:[\]{}"']*\{\{[^{}]*\}\}(?:[^,{}[\]"']|\{\{[^{}]*\}\})*)/g;
  return value.replace(pattern, (whole: string, plain?: string) => {
    if (plain === undefined) return whole;
    const text = plain.trimEnd();
    return `${quoted(text)}${plain.slice(text.length)}`;
  });
}

/** undefined: not for want of quotes. */
function messageFor(value: string): string | undefined {
  if (value.startsWith('{{')) return 'a value that begins with "{{" is a mapping of YAML without quotes';
  if (/^["'|>&!#-]/.test(value)) return undefined;
  if (/:(?:\s|$)/.test(value))
    return 'a colon before a space begins a mapping of YAML in a value without quotes';
  const [first] = /^(?:[@`%]|\*(?![\w-]+$))/.exec(value) ?? [];
  return first && `a value that begins with "${first}" is no text of YAML without quotes`;
}

function quoted(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** The first line that is no plain data of ours; undefined when all of it is. */
function problemLine(text: string): number | undefined {
  const { document, lines } = compose(text);
  if (document === undefined) return undefined;
  const places = document.errors.map(({ pos }) => pos[0]);
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key)) places.push(isMap(key) ? (key.range?.[0] ?? 0) : 0);
    },
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) places.push(alias.range?.[0] ?? 0);
    },
  });
  if (places.length === 0) return isMap(document.contents) ? undefined : 1;
  return lines.linePos(Math.min(...places)).line;
}
