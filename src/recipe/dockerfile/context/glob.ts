/** One component of a source, as Go's `filepath.Match` reads it. */
export type NameTest = (name: string) => boolean;

type Piece = { readonly kind: 'star' } | { readonly kind: 'one'; readonly test: (char: number) => boolean };

/** undefined for a pattern that cannot be read. */
export function compileName(pattern: string): NameTest | undefined {
  const chars = Array.from(pattern);
  const pieces: Piece[] = [];
  for (let at = 0; at < chars.length; ) {
    const read = readPiece(chars, at);
    if (read === undefined) return undefined;
    pieces.push(read.piece);
    at = read.next;
  }
  return (name) => matches(pieces, Array.from(name, codeOf));
}

interface Read {
  readonly piece: Piece;
  readonly next: number;
}

function readPiece(chars: readonly string[], at: number): Read | undefined {
  const char = chars[at] ?? '';
  switch (char) {
    case '[':
      return readClass(chars, at + 1);
    case '*':
      return { piece: { kind: 'star' }, next: at + 1 };
    case '?':
      return { piece: { kind: 'one', test: () => true }, next: at + 1 };
    default:
      return { piece: { kind: 'one', test: (other) => other === codeOf(char) }, next: at + 1 };
  }
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}

type Range = readonly [low: number, high: number];

/** It is closed and holds something; a `-` or `]` in it would have to be escaped. */
function readClass(chars: readonly string[], start: number): Read | undefined {
  const negated = chars[start] === '^';
  const ranges: Range[] = [];
  let at = negated ? start + 1 : start;
  while (chars[at] !== ']' || ranges.length === 0) {
    const isRange = chars[at + 1] === '-';
    const range = rangeOf(chars[at], isRange ? chars[at + 2] : chars[at]);
    if (range === undefined) return undefined;
    ranges.push(range);
    at += isRange ? 3 : 1;
  }
  const test = (char: number): boolean =>
    ranges.some(([low, high]) => low <= char && char <= high) !== negated;
  return { piece: { kind: 'one', test }, next: at + 1 };
}

function rangeOf(low: string | undefined, high: string | undefined): Range | undefined {
  const isOrdinary = [low, high].every((char) => char !== undefined && char !== '-' && char !== ']');
  return isOrdinary ? [codeOf(low ?? ''), codeOf(high ?? '')] : undefined;
}

/** Every way at once, so that no pattern takes long. */
function matches(pieces: readonly Piece[], name: readonly number[]): boolean {
  let places = behindStars(pieces, [0]);
  for (const char of name) {
    const next = [...places].flatMap((place) => {
      const piece = pieces[place];
      if (piece?.kind === 'star') return [place];
      return piece?.test(char) ? [place + 1] : [];
    });
    places = behindStars(pieces, next);
  }
  return places.has(pieces.length);
}

/** A star can stand for nothing. */
function behindStars(pieces: readonly Piece[], places: readonly number[]): ReadonlySet<number> {
  const all = new Set(places);
  for (const place of all) if (pieces[place]?.kind === 'star') all.add(place + 1);
  return all;
}
