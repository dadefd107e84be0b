/** The known word that differs least from a mistyped one, of two the one that begins with it; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    // What was written is no answer, though it may be known elsewhere.
    if (candidate === word || Math.abs(candidate.length - word.length) > least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const isNearer =
      distance < least || (distance === least && best !== undefined && candidate.startsWith(word));
    if (isNearer) [best, least] = [candidate, distance];
  }
  return best;
}

export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const candidate = nearest(word, known);
  return candidate === undefined ? undefined : `did you mean "${candidate}"?`;
}

/** `did you mean …`, or all there is to choose from. */
export function suggestion(word: string, known: readonly string[]): string {
  return didYouMean(word, known) ?? `known: ${known.join(', ')}`;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count one each. */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = numberAt(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = isSwap(a, b, i, j) ? numberAt(beforeLast, j - 2) + 1 : change;
      row.push(Math.min(change, swap, numberAt(last, j) + 1, numberAt(row, j - 1) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return numberAt(last, b.length);
}

function numberAt(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}

function isSwap(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}
