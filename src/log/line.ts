/** A longer line is cut; the slack lets a line that was cut, and says so, pass a second time unchanged. */
export const MAX_LINE = 16 * 1024;
const SLACK = 64;

/** What .NET's `TrimStart` takes away, which `\s` is not, and U+FEFF. */
const COMMAND = /^([\t\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*):(?=\t*:)/gm;
/** A search that follows a culture may pass over control characters, and a tab is one: it hides no marker. */
const MARKER = /#(?=\t*#\t*\[)/g;

/** `dropped` characters behind it were let go already. */
export function cut(line: string, dropped: number): string {
  if (dropped === 0 && line.length <= MAX_LINE + SLACK) return line;
  const end = Math.min(line.length, isHighSurrogate(line.charCodeAt(MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE);
  return `${line.slice(0, end)} … ${line.length - end + dropped} characters more`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Of one line or of many. A plain space: it can be seen, survives copying, and counts in a culture-sensitive search. */
export function breakMarkers(text: string): string {
  return text.replace(MARKER, '# ').replace(COMMAND, '$1: ');
}
