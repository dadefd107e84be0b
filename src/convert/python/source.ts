import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { type Location, UserError } from '../../errors.ts';
import { type Constants, constantsOf } from './constants.ts';

/** The parser needs seconds for a megabyte of brackets, and no flow is that long. */
const LONGEST = 200_000;

/** More than any file says of its jobs. */
const MOST_VALUES = 20_000;

/** One file of Python, parsed and never run. */
export class PySource {
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
  readonly constants: Constants;
  readonly #lineStarts: readonly number[];
  #left = MOST_VALUES;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    if (text.length > LONGEST || text.includes('\0')) throw unreadable(file, text);
    this.tree = parser.parse(text);
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    this.constants = constantsOf(this);
  }

  /** Whether one more value may be read: constants that repeat others would take for ever. */
  mayRead(): boolean {
    this.#left -= 1;
    return this.#left > 0;
  }

  textOf({ from, to }: { readonly from: number; readonly to: number }): string {
    return this.text.slice(from, to);
  }

  locate({ from }: { readonly from: number }): Location {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: from - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** Every node with this name, in the order of the file. */
  *nodes(...names: readonly string[]): Generator<SyntaxNode> {
    const cursor = this.tree.cursor();
    do if (names.includes(cursor.name)) yield cursor.node;
    while (cursor.next());
  }

  /** Where the text first is no Python. */
  get mistake(): Location | undefined {
    const cursor = this.tree.cursor();
    do if (cursor.type.isError) return this.locate(cursor);
    while (cursor.next());
    return undefined;
  }
}

function unreadable(file: string, text: string): UserError {
  const why = text.includes('\0') ? 'has NUL characters' : `is longer than ${LONGEST} characters`;
  return new UserError(`"${file}" ${why}, and is not read as Python`, {
    code: 'not-converted',
    hint: 'name the file with the flow or the pipeline',
    location: { file },
  });
}
