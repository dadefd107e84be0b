import { shellWord } from '../../../../recipe/shell.ts';

/** A line of a shell. */
export function exported(name: string, value: string): string {
  return `${name}=${shellWord(value)}; export ${name}\n`;
}
