import { readCells, splitCells } from './csv-cells.ts';
import { type Header, isHeaderAgain, searchHeader } from './csv-header.ts';
import type { Metrics } from './metrics.ts';
import { readNumber } from './number.ts';
import { type MetricsFormat, type RecordFailure, TORN } from './record-lines.ts';
import type { Line } from './text-lines.ts';

/** A cell with line breaks in it ends within so many lines and characters, or its quote is no quote. */
const MOST_LINES = 200;
const LONGEST = 64 * 1024;
const SHOWN = 40;
const OPEN_QUOTE = 'a quote is opened in it and not closed';
const NO_HEADER: Header = { names: [], delimiter: ',' };

/** A table with a header: each column that has numbers is a metric. */
export function createTable(metrics: Metrics): MetricsFormat {
  return new CsvTable(metrics);
}

interface OddCell {
  readonly line: number;
  readonly text: string;
  count: number;
}

class CsvTable implements MetricsFormat {
  readonly #metrics: Metrics;
  readonly #search = searchHeader();
  #header: Header | undefined;
  /** Lines of a row whose last cell goes on in the next one. */
  #open: Line[] = [];
  readonly #measured = new Set<string>();
  readonly #odd = new Map<string, OddCell>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  line(line: Line, isAlone: boolean): RecordFailure | undefined {
    if (this.#open.length > 0) return this.#goOn(line, isAlone);
    if (line.text.trim() === '') return undefined;
    return this.#header === undefined ? this.#begin(line) : this.#takeLine(line, this.#header, isAlone);
  }

  end(): RecordFailure | undefined {
    return this.#header === undefined ? undefined : this.#giveUp(this.#header);
  }

  /** Of cells that are no number, in columns of numbers. */
  remarks(): readonly string[] {
    const odd = [...this.#odd].filter(([name]) => this.#measured.has(name));
    return odd.map(([name, { line, text, count }]) => {
      const more = count === 1 ? '' : `, and ${count - 1} more like it`;
      return `in the column ${JSON.stringify(name)} line ${line} has ${JSON.stringify(text)}, which is not a number${more}`;
    });
  }

  #begin(line: Line): RecordFailure | undefined {
    const found = this.#search.line(line.text);
    if (found.kind === 'next') return undefined;
    if (found.kind === 'none') return refused(line, 'it has numbers, and no line before it has their names');
    this.#header = found.header;
    return found.kind === 'header' ? undefined : this.#takeLine(line, found.header, false);
  }

  #takeLine(line: Line, header: Header, isAlone: boolean): RecordFailure | undefined {
    const { cells, isOpen } = readCells(line.text, header.delimiter);
    if (!isOpen) return this.#takeRow(cells, line, header);
    this.#open = [line];
    return isAlone ? this.#giveUp(header) : undefined;
  }

  /** Only what comes out as wide as the header is believed to be one row of several lines. */
  #goOn(line: Line, isAlone: boolean): RecordFailure | undefined {
    const { names, delimiter } = this.#header ?? NO_HEADER;
    this.#open.push(line);
    const text = this.#open.map((one) => one.text).join('\n');
    const isTooMuch = isAlone || this.#open.length > MOST_LINES || text.length > LONGEST;
    if (!line.text.includes('"')) return isTooMuch ? this.#giveUp({ names, delimiter }) : undefined;
    const { cells, isOpen, isOdd } = readCells(text, delimiter);
    if (isOpen && !isTooMuch) return undefined;
    const [first = line] = this.#open;
    if (isOpen || isOdd || cells.length !== names.length) return this.#giveUp({ names, delimiter });
    this.#open = [];
    return this.#takeRow(cells, first, { names, delimiter });
  }

  /** The row that is open has no end: its quote is a character like others when the line is whole then. */
  #giveUp(header: Header): RecordFailure | undefined {
    const [first, ...again] = this.#open.splice(0);
    if (first === undefined) return undefined;
    const cells = splitCells(first.text, header.delimiter);
    const isWhole = cells.length === header.names.length;
    const taken = isWhole ? this.#takeRow(cells, first, header) : refused(first, OPEN_QUOTE);
    return { unread: taken?.unread, again };
  }

  #takeRow(cells: readonly string[], line: Line, { names, delimiter }: Header): RecordFailure | undefined {
    if (isHeaderAgain(cells, names)) {
      this.#header = { names: cells.map((name) => name.trim()), delimiter };
      return undefined;
    }
    if (cells.slice(names.length).some((cell) => cell.trim() !== '')) {
      return refused(line, `it has ${cells.length} cells, and the header has ${names.length}`);
    }
    if (!line.isEnded && cells.length < names.length) return refused(line, TORN);
    for (const [column, name] of names.entries()) this.#takeCell(name, cells[column] ?? '', line, delimiter);
    return undefined;
  }

  #takeCell(name: string, cell: string, { number }: Line, delimiter: string): void {
    // An index has no name, and is no metric.
    if (name === '') return;
    const value = readNumber(cell, delimiter !== ',');
    if (value === 'absent') return;
    if (value === undefined) this.#takeOdd(name, cell, number);
    else {
      this.#measured.add(name);
      this.#metrics.add(name, value);
    }
  }

  #takeOdd(name: string, cell: string, line: number): void {
    const known = this.#odd.get(name);
    if (known === undefined) this.#odd.set(name, { line, text: cell.trim().slice(0, SHOWN), count: 1 });
    else known.count += 1;
  }
}

function refused({ number }: Line, why: string): RecordFailure {
  return { unread: { line: number, why }, again: [] };
}
