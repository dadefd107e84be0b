import { delimiterOf, readCells } from './csv-cells.ts';
import { readNumber } from './number.ts';

export interface Header {
  readonly names: readonly string[];
  readonly delimiter: string;
}

/** Looks for the header at the beginning of a table, line by line. */
export interface HeaderSearch {
  /**
   * `header`: this line is it; `before`: one of the lines before was it, and this is a row; `next`: it may be one of the
   * next lines; `none`: it is a row without a header.
   */
  line(text: string): HeaderResult;
}

type HeaderResult =
  | { readonly kind: 'next' }
  | { readonly kind: 'none' }
  | { readonly kind: 'header' | 'before'; readonly header: Header };

export function searchHeader(): HeaderSearch {
  let comment: string | undefined;
  /** What a first line `sep=;` says, as spreadsheets write and read it. */
  let given: string | undefined;

  return {
    line(text) {
      given ??= /^sep=(.)$/i.exec(text.trim())?.[1];
      if (/^sep=.$/i.test(text.trim())) return { kind: 'next' };
      if (text.trimStart().startsWith('#')) {
        comment = text.trimStart().slice(1);
        return { kind: 'next' };
      }
      const header = headerOf(text, given);
      if (!isNames(header.names)) {
        // As NumPy writes a header.
        return comment === undefined
          ? { kind: 'none' }
          : { kind: 'before', header: headerOf(comment, given) };
      }
      return { kind: 'header', header };
    },
  };
}

function headerOf(text: string, given: string | undefined): Header {
  const delimiter = given ?? delimiterOf(text);
  return { names: readCells(text, delimiter).cells.map((name) => name.trim()), delimiter };
}

/** Numbers are the names that pandas gives, beside an index that has none. */
function isNames(cells: readonly string[]): boolean {
  const [first, ...others] = cells;
  if (first === '' && others.every((name, index) => name === String(index))) return true;
  return cells.some(isText);
}

function isText(cell: string): boolean {
  return readNumber(cell) === undefined;
}

/** A row that is the header again, or one with more columns, as programs write it that append to their own file. */
export function isHeaderAgain(cells: readonly string[], names: readonly string[]): boolean {
  if (cells.some(beginsNumber)) return false;
  const written = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return written.every(isText) && written.some((cell) => names.includes(cell));
}

/** Most rows have a number, and this is asked for each of them. */
function beginsNumber(cell: string): boolean {
  const first = cell.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}
