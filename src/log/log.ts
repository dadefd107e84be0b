import { breakMarkers, cut } from './line.ts';
import { createMasker, type Masker } from './mask/masker.ts';
import type { MaskedStream } from './mask/stream.ts';
import { stripInvisible } from './mask/strip.ts';
import { createProgressBar, NO_PROGRESS_BAR, type ProgressBar } from './progress-bar.ts';
import { showWholeLines } from './whole-lines.ts';

/** Turns the bytes of one stream into lines that are safe to show; one for each stream. */
export interface Cleaner {
  push(bytes: Uint8Array): readonly string[];
  /** A state of the bar that comes in what is not here yet was shown: the next one has time. */
  barShown(): void;
  /** The unfinished line at the end, if there is one. */
  end(): readonly string[];
}

export interface CleanerOptions {
  /** Knows what must never be shown. */
  readonly masker?: Masker | undefined;
  /** Told of what may be kept of the stream: its bytes as they were, but for secrets. */
  readonly keep?: ((bytes: Uint8Array) => void) | undefined;
  /**
   * Milliseconds. When given, lines that end in a bare CR are taken for a progress bar, of which at most one state in ten
   * seconds is shown, and the last. Without it every line is kept, and the same however the bytes were cut.
   */
  readonly now?: (() => number) | undefined;
}

/** Of an unfinished line, so many characters are held; the rest is counted. */
const MAX_HELD = 256 * 1024;

const LF = '\n';
const BACK = '\b';
/** .NET's `ReadLine`, by which the runner reads, splits at fewer; a browser or a terminal may split at any of these. */
const LINE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]/g;
/** The cursor has left the line upwards: an end of line leads back to it, and what comes next is written over it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is what is looked for.
const MOVED_UP = /\x1b\[\d*[AF]$/;
/** The same and backspaces, by which a bar goes back, too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: backspaces are what is looked for.
const STATE_END = /\r\n|[\n\r\v\f\x85\u2028\u2029]|\x08+/g;
const UNUSUAL = /[^\t\n\x20-\x7e]/;

/**
 * The order is the point, and every step needs the ones before it: mask, decode, split, bound, strip, mask what
 * stripping joined, cut, break the markers of runner commands. What comes out holds no `##[` and no line that begins
 * with `::`.
 */
export function createCleaner(options: CleanerOptions = {}): Cleaner {
  return new StreamCleaner(options);
}

/** A text of a spec, or of somebody else, as one line that is safe to show. */
export function cleanText(text: string): string {
  const cleaner = createCleaner();
  return [...cleaner.push(new TextEncoder().encode(text)), ...cleaner.end()].join(' ');
}

class StreamCleaner implements Cleaner {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #masker: Masker;
  readonly #masked: MaskedStream;
  readonly #keep: (bytes: Uint8Array) => void;
  readonly #progress: ProgressBar;
  readonly #showsStates: boolean;
  /** Characters were taken from the held line, so that others stand together that did not. */
  #isErased = false;
  /** The line that is not finished, and how much of it was let go. */
  #held = '';
  #dropped = 0;
  /** The last line ended in CR at the very end of a piece: an LF that comes first in the next belongs to it. */
  #afterReturn = false;

  constructor({ masker = createMasker(), keep = () => undefined, now }: CleanerOptions) {
    this.#masker = masker;
    this.#masked = masker.stream();
    this.#keep = keep;
    this.#showsStates = now !== undefined;
    this.#progress = now === undefined ? NO_PROGRESS_BAR : createProgressBar(now);
  }

  push(bytes: Uint8Array): readonly string[] {
    return this.#take(this.#masked.push(bytes));
  }

  barShown(): void {
    this.#progress.shown();
  }

  end(): readonly string[] {
    const lines = [...this.#take(this.#masked.end()), ...this.#read(this.#decoder.decode())];
    const rest = this.#held === '' && this.#dropped === 0 ? [] : this.#progress.line(this.#finish());
    return [...lines, ...rest, ...this.#progress.flush()];
  }

  #take(bytes: Uint8Array): readonly string[] {
    if (bytes.length === 0) return [];
    this.#keep(bytes);
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  #read(text: string): readonly string[] {
    if (text === '') return [];
    if (this.#afterReturn) return this.#readAfterReturn(text);
    const first = text.indexOf(LF) + 1;
    const last = text.lastIndexOf(LF) + 1;
    if (first === last || text.length > MAX_HELD) return this.#split(text);
    // The first line began earlier, and the last one ends later.
    const before = this.#split(text.slice(0, first));
    const lines = this.#readWholeLines(text.slice(first, last));
    return before.concat(lines, this.#split(text.slice(last)));
  }

  #readAfterReturn(text: string): readonly string[] {
    this.#afterReturn = false;
    if (!text.startsWith(LF)) return this.#read(text);
    return [...this.#progress.moved(), ...this.#read(text.slice(1))];
  }

  #readWholeLines(text: string): readonly string[] {
    // What may hold a value is looked at again in each line that colours were taken from.
    const mayShow = this.#masked.isClear() && !this.#progress.waits();
    return (mayShow ? showWholeLines(text) : undefined) ?? this.#split(text);
  }

  #split(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    const ends = this.#showsStates ? STATE_END : LINE_END;
    ends.lastIndex = 0;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.#hold(text.slice(start, end.index));
      start = ends.lastIndex;
      if (end[0].startsWith(BACK)) {
        lines.push(...this.#erase(end[0].length));
        continue;
      }
      const returned = end[0] === '\r';
      this.#afterReturn = returned && start === text.length;
      const isState = returned || MOVED_UP.test(this.#held);
      const line = this.#finish();
      lines.push(...(isState ? this.#progress.returned(line) : this.#progress.line(line)));
    }
    this.#hold(text.slice(start));
    return lines;
  }

  /** What is written over was a state of a bar; one backspace alone only mends a character. */
  #erase(count: number): readonly string[] {
    const held = this.#held;
    const dropped = this.#dropped;
    const lines = count > 1 && held !== '' ? this.#progress.returned(this.#finish()) : [];
    this.#held = held.slice(0, Math.max(0, held.length - count));
    this.#dropped = dropped;
    this.#isErased = true;
    return lines;
  }

  #hold(text: string): void {
    const room = MAX_HELD - this.#held.length;
    this.#held += room >= text.length ? text : text.slice(0, room);
    this.#dropped += Math.max(0, text.length - room);
  }

  #finish(): string {
    const raw = this.#held;
    const stripped = UNUSUAL.test(raw) ? stripInvisible(raw) : raw;
    const masked = stripped === raw && !this.#isErased ? raw : this.#masker.hide(stripped);
    const line = breakMarkers(cut(masked, this.#dropped));
    this.#held = '';
    this.#dropped = 0;
    this.#isErased = false;
    return line;
  }
}
