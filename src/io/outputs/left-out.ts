/** An entry of the outputs that was not taken, and why. */
interface LeftOut {
  readonly path: string;
  readonly why: string;
}

const NAMED = 5;
const LONGEST = 200;

/** Entries that were not taken: the first by name, the others by their number. */
export class LeftOuts {
  readonly #named: LeftOut[] = [];
  readonly #more = new Map<string, number>();
  #count = 0;

  add(path: readonly string[], why: string): void {
    this.#count += 1;
    if (this.#named.length < NAMED) this.#named.push({ path: path.join('/'), why });
    else this.#addMore(why, 1);
  }

  /** Those of a part that was tried on its own. */
  take(other: LeftOuts): void {
    this.#count += other.#count;
    const room = NAMED - this.#named.length;
    this.#named.push(...other.#named.slice(0, room));
    for (const { why } of other.#named.slice(room)) this.#addMore(why, 1);
    for (const [why, count] of other.#more) this.#addMore(why, count);
  }

  #addMore(why: string, count: number): void {
    this.#more.set(why, (this.#more.get(why) ?? 0) + count);
  }

  /** `2 entries of the outputs were left out: "outputs/a" (a link …), "outputs/b" (…)`; undefined when there are none. */
  message(): string | undefined {
    if (this.#count === 0) return undefined;
    const named = this.#named.map(({ path, why }) => `${quoted(path)} (${why})`);
    const more = [...this.#more].map(([why, count]) => `${count} more (${why})`);
    const what =
      this.#count === 1 ? '1 entry of the outputs was' : `${this.#count} entries of the outputs were`;
    return `${what} left out: ${[...named, ...more].join(', ')}`;
  }
}

function quoted(path: string): string {
  return JSON.stringify(path.length > LONGEST ? `${path.slice(0, LONGEST)}…` : path);
}
