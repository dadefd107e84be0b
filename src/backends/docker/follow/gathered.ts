import { finished, type Readable } from 'node:stream';

/** Milliseconds by which a line may come later, which nobody sees. */
const MOMENT = 10;
/** Bytes that are taken at once; beyond them the stream waits. */
const ENOUGH = 256 * 1024;

/**
 * What a stream says, in pieces as large as a moment gives: an engine sends each line by itself, and most of what is
 * done with a piece costs the same for one line and for a thousand. What comes after a silence is passed at once.
 */
export async function* gathered(stream: Readable): AsyncGenerator<Buffer> {
  const gathering = new Gathering(stream);
  for (;;) {
    await gathering.until(1);
    const piece = gathering.take();
    if (piece === undefined) return;
    yield piece;
    await gathering.until(ENOUGH, MOMENT);
  }
}

class Gathering {
  readonly #stream: Readable;
  #pieces: Buffer[] = [];
  #size = 0;
  #isOver = false;
  #failure: unknown;
  /** Bytes that somebody waits for, and what tells them. */
  #wanted = 0;
  #wake: () => void = () => undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.on('data', (piece: Buffer) => this.#add(piece));
    finished(stream, { writable: false }, (error) => {
      this.#isOver = true;
      this.#failure = error ?? undefined;
      this.#wake();
    });
  }

  /** Until so many bytes are there, no more come, or the time is over. */
  async until(wanted: number, milliseconds?: number): Promise<void> {
    if (this.#isOver || this.#size >= wanted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wanted = wanted;
      this.#wake = resolve;
      if (milliseconds !== undefined) timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }

  /** All that is there; undefined at the end. What came before a failure is passed before it. */
  take(): Buffer | undefined {
    if (this.#pieces.length > 0) {
      const piece = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#size = 0;
      this.#stream.resume();
      return piece;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  #add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size >= ENOUGH) this.#stream.pause();
    if (this.#size >= this.#wanted) this.#wake();
  }
}
