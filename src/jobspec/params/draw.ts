import { sha256 } from '../../oci/digest.ts';

const DIGITS = 12;

/**
 * A number from 0 up to 1 for a place of a search, such as its third draw of one param. It comes from a hash, so that
 * the same seed means the same runs in every release and on every machine.
 */
export function drawn(seed: string, ...place: readonly (string | number)[]): number {
  const hex = sha256(JSON.stringify([seed, ...place])).slice('sha256:'.length);
  return Number.parseInt(hex.slice(0, DIGITS), 16) / 16 ** DIGITS;
}

/** So many different combinations of the values, or all that there are. */
export function drawCombinations<V>(
  vectors: ReadonlyMap<string, readonly V[]>,
  count: number,
  seed: string,
): readonly ReadonlyMap<string, V>[] {
  const total = [...vectors.values()].reduce((size, { length }) => size * length, 1);
  const found = new Map<string, ReadonlyMap<string, V>>();
  for (let draw = 0; found.size < Math.min(count, total); draw += 1) {
    const picks = [...vectors].map(
      ([name, values]) => [name, Math.floor(drawn(seed, draw, name) * values.length)] as const,
    );
    const combination = picks.flatMap(([name, index]) => {
      const value = vectors.get(name)?.[index];
      return value === undefined ? [] : [[name, value] as const];
    });
    found.set(JSON.stringify(picks), new Map(combination));
  }
  return [...found.values()];
}
