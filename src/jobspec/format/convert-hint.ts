import { quoteFor } from '../template/shell-quote.ts';

/** For files of which a sentence could show a part only. */
export function convertHint(path: string): string {
  return `\`jobimg convert ${quoteFor('none', path)}\` writes the jobimg.yml for it, and tells what it leaves out`;
}
