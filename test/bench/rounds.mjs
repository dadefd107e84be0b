/**
 * Contestants take turns, A B A B, so that a busy moment of the machine hits all of them; the first round only warms
 * up and is not counted.
 * @template {string} Name
 * @param {Record<Name, (round: number) => number | Promise<number>>} contestants each gives its milliseconds
 * @param {{ rounds?: number, before?: (round: number) => unknown, pick?: (times: readonly number[]) => number }} [options]
 * @returns {Promise<Record<Name, number>>} the median of each, or what `pick` makes of its times
 */
export async function takeTurns(contestants, { rounds = 5, before = () => undefined, pick = median } = {}) {
  const names = Object.keys(contestants);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    await before(round);
    for (const name of names) {
      const ms = await contestants[name](round);
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, pick(times[name])]));
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
