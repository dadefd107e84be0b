import { quoteFor } from '../jobspec/template/shell-quote.ts';

/** The value as one shell word. */
export function shellWord(value: string): string {
  return value === '' ? "''" : quoteFor('none', value);
}
