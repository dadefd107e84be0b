import type { Cleaner } from '../../log/log.ts';

/** A text as lines that no terminal and no runner takes for anything but text. */
export function safeLines(text: string, cleaner: () => Cleaner): readonly string[] {
  const one = cleaner();
  return [...one.push(Buffer.from(text)), ...one.end()];
}

/** The same in one line: a title, or the name of a file. */
export function safeLine(text: string, cleaner: () => Cleaner): string {
  return safeLines(text, cleaner).join(' ');
}
