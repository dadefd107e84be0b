import { formsOfSecret, isHideable } from './forms.ts';
import { mayHold } from './pending-bytes.ts';
import { createSearch, type Search, SHORTEST } from './search.ts';
import { createMaskedStream, type MaskedStream } from './stream.ts';
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
  /** What is looked for of each value; undefined until it is needed. */
  readonly #values = new Map<string, readonly Uint8Array[] | undefined>();
  /** Made again after each change, when it is needed. */
  #search: Search | undefined;
  #isCurrent = true;

  constructor(values: readonly string[]) {
    this.add(values);
  }

  add(values: readonly string[]): void {
    for (const value of values.filter(isHideable)) {
      if (this.#values.has(value)) continue;
      this.#values.set(value, undefined);
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
    if (!this.#isCurrent) this.#search = createSearch(distinct(this.#texts()));
    this.#isCurrent = true;
    return this.#search;
  }

  /** Values come one after the other, and the forms of a long one take milliseconds. */
  #texts(): readonly Uint8Array[] {
    for (const [value, texts] of this.#values) {
      if (texts === undefined) this.#values.set(value, textsOf(value));
    }
    return [...this.#values.values()].flatMap((texts) => texts ?? []);
  }
}

/** In the bytes that a view has of them. */
function textsOf(value: string): readonly Uint8Array[] {
  const texts = formsOfSecret(value).flatMap((form) => {
    const { bytes } = viewOf(Buffer.from(form), ALL_HIDDEN);
    return partsOf(bytes).flatMap(withoutIndent);
  });
  return distinct(texts.filter(({ length }) => length >= SHORTEST));
}

function distinct(texts: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(texts.map((text) => [Buffer.from(text).toString('latin1'), text])).values()];
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
