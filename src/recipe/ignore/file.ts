import type { Findings } from '../../findings.ts';
import { checkPattern, clean } from './pattern.ts';

const MAX_BYTES = 65_536;
const MAX_PATTERNS = 5_000;

/** The patterns of the text of an ignore file; `file` is its path, for the findings. */
export function readIgnoreFile(text: string, file: string, findings: Findings): readonly string[] {
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    return refuse(`"${file}" is larger than ${MAX_BYTES} bytes`, file, findings);
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = lines.flatMap((written, index) => {
    const pattern = readLine(written);
    return pattern === undefined ? [] : [{ pattern, line: index + 1 }];
  });
  if (patterns.length > MAX_PATTERNS) {
    return refuse(`"${file}" has more than ${MAX_PATTERNS} patterns`, file, findings);
  }
  for (const { pattern, line } of patterns) checkPattern(pattern, { file, line }, findings);
  return patterns.map(({ pattern }) => pattern);
}

function refuse(message: string, file: string, findings: Findings): readonly string[] {
  const hint = 'name folders instead of single files';
  findings.error('ignore-file-too-large', message, { hint, at: { file } });
  return [];
}

/** undefined for a comment and an empty line. */
function readLine(line: string): string | undefined {
  if (line.startsWith('#')) return undefined;
  const text = trimSpace(line);
  if (text === '') return undefined;
  const excepts = text.startsWith('!');
  const path = excepts ? trimSpace(text.slice(1)) : text;
  const cleaned = path === '' ? '' : clean(path);
  const relative = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  return excepts ? `!${relative}` : relative;
}

/** Go's strings.TrimSpace: JavaScript's `trim` lacks U+0085 and has U+FEFF. */
function trimSpace(text: string): string {
  return text.replace(BLANK_ENDS, '');
}

const BLANK = '[\\t-\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+';
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, 'g');
