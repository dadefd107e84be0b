import { formsOfSecret, isHideable } from './forms.ts';
import { createSearch, type Search, SHORTEST } from './search.ts';
import { createMaskedStream, type MaskedStream, mayHold } from './stream.ts';
import { ALL_HIDDEN, isBlank } from './unseen.ts';
import { viewOf } from './view.ts';

/** The one place that knows which values nothing may show or keep. */
export interface Masker {
  /** From now on, and in the streams that are open already. */
  add(values: readonly string[]): void;
  stream(): MaskedStream;
  /** A text that is there as a whole. */
  readonly hide: (text: string) => string;
}

/** A longer form is looked for in parts, so that no stream waits for more. */
const LONGEST = 4096;

export function createMasker(values: readonly string[] = []): Masker {
  return new KnownValues(values);
}

class KnownValues implements Masker {
  readonly #values = new Set<string>();
  /** Made again after each change, when it is needed. */
  #search: Search | undefined;
  #isCurrent = true;

  constructor(values: readonly string[]) {
    this.add(values);
  }

  add(values: readonly string[]): void {
    for (const value of values.filter(isHideable)) {
      if (this.#values.has(value)) continue;
      this.#values.add(value);
      this.#isCurrent = false;
    }
  }

  stream(): MaskedStream {
    return createMaskedStream(() => this.#current());
  }

  readonly hide = (text: string): string => {
    const search = this.#current();
    if (search === undefined) return text;
    const bytes = Buffer.from(text);
    if (!mayHold(bytes, search)) return text;
    const stream = this.stream();
    return Buffer.concat([stream.push(bytes), stream.end()]).toString();
  };

  #current(): Search | undefined {
    if (!this.#isCurrent) this.#search = createSearch(textsOf(this.#values));
    this.#isCurrent = true;
    return this.#search;
  }
}

/** In the bytes that a view has of them, each once. */
function textsOf(values: ReadonlySet<string>): readonly Uint8Array[] {
  const texts = new Map<string, Uint8Array>();
  for (const form of [...values].flatMap(formsOfSecret)) {
    const { bytes } = viewOf(Buffer.from(form), ALL_HIDDEN);
    for (const part of partsOf(bytes).flatMap(withoutIndent))
      texts.set(Buffer.from(part).toString('latin1'), part);
  }
  return [...texts.values()].filter(({ length }) => length >= SHORTEST);
}

/** A text that begins with blanks is another one where a line begins with it. */
function withoutIndent(text: Uint8Array): readonly Uint8Array[] {
  const start = text.findIndex((byte) => !isBlank(byte));
  return start > 0 ? [text, text.subarray(start)] : [text];
}

/** Parts of one size, as far as that goes. */
function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / LONGEST);
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size));
}
