import { Composer, type Document, LineCounter, Parser } from 'yaml';

export interface Composed {
  /** undefined: the text is empty. */
  readonly document: Document | undefined;
  /** Another one behind it. */
  readonly second: Document | undefined;
  readonly lines: LineCounter;
}

/** Reads a text as YAML 1.2 of the core schema; what is wrong with it stands in the document. */
export function compose(text: string): Composed {
  const lines = new LineCounter();
  const composer = new Composer({
    schema: 'core',
    customTags: [],
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const [document, second] = composer.compose(new Parser(lines.addNewLine).parse(text), true, text.length);
  return { document, second, lines };
}
