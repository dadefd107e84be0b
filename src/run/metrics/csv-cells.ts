/** The cells of a row as far as its quotes say where they end. */
export interface Cells {
  readonly cells: readonly string[];
  /** A quote is opened and not closed: the last cell goes on in the next line, or the quote is no quote. */
  readonly isOpen: boolean;
  /** Something stands behind a closing quote that no writer puts there. */
  readonly isOdd: boolean;
}

/**
 * Reads a row as https://www.rfc-editor.org/rfc/rfc4180 has it, blanks around quotes allowed; a quote inside a cell that
 * does not begin with one is a character like others.
 */
export function readCells(row: string, delimiter: string): Cells {
  const cells: string[] = [];
  let isOdd = false;
  for (let at = 0; ; ) {
    const cell = readCell(row, at, delimiter);
    if (cell === undefined) return { cells: [...cells, row.slice(at)], isOpen: true, isOdd };
    cells.push(cell.text);
    isOdd ||= cell.isOdd;
    if (cell.end === undefined) return { cells, isOpen: false, isOdd };
    at = cell.end + delimiter.length;
  }
}

interface Cell {
  readonly text: string;
  readonly isOdd: boolean;
  /** Of its delimiter; undefined: it is the last. */
  readonly end: number | undefined;
}

/** undefined: its quote is not closed. */
function readCell(row: string, from: number, delimiter: string): Cell | undefined {
  const quote = openingQuote(row, from, delimiter);
  const close = quote === undefined ? from : closingQuote(row, quote);
  if (close === undefined) return undefined;
  const found = row.indexOf(delimiter, close);
  const end = found < 0 ? undefined : found;
  if (quote === undefined) return { text: row.slice(from, end), isOdd: false, end };
  const behind = row.slice(close + 1, end).trimEnd();
  const text = row.slice(quote + 1, close).replaceAll('""', '"') + behind;
  return { text, isOdd: behind !== '', end };
}

/** The cells when no quote means anything. */
export function splitCells(row: string, delimiter: string): readonly string[] {
  return row.split(delimiter);
}

function openingQuote(row: string, from: number, delimiter: string): number | undefined {
  let at = from;
  while (row[at] === ' ' || (row[at] === '\t' && delimiter !== '\t')) at += 1;
  return row[at] === '"' ? at : undefined;
}

function closingQuote(row: string, open: number): number | undefined {
  for (let at = row.indexOf('"', open + 1); at >= 0; at = row.indexOf('"', at + 2)) {
    if (row[at + 1] !== '"') return at;
  }
  return undefined;
}

const DELIMITERS = [',', '\t', ';', '|'];

/** What a header is divided by: the one that divides it most; a comma when nothing does. */
export function delimiterOf(header: string): string {
  const counts = DELIMITERS.map((delimiter) => readCells(header, delimiter).cells.length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
