import { type Document, visit } from 'yaml';

/** Where a quote begins that has no end: a parser tells of it where the text ends that it has swallowed, often the end of the file. */
export function openQuoteBefore(end: number, document: Document): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE_') && range?.[1] === end) start = range[0];
    },
  });
  return start;
}
