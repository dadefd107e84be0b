import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether every case is tried, as by `npm run faults` and `npm run attack`, and not what fits into `npm test`. */
export const IS_WHOLE = process.env['JOBIMG_CASES'] === 'whole';

/** Evenly taken from the cases, the first and the last among them; all of them when it is the whole that is tried. */
export function sampleOf<T>(cases: readonly T[], size: number): readonly T[] {
  if (IS_WHOLE || cases.length <= size) return cases;
  const step = (cases.length - 1) / Math.max(1, size - 1);
  return Array.from({ length: size }, (_, index) => cases[Math.round(index * step)] as T);
}

/** Some of the cases, for one of many tests that try the same ones: the next test takes the next. */
export function takenInTurn<T>(cases: readonly T[], size: number, turn: number): readonly T[] {
  if (IS_WHOLE || cases.length <= size) return cases;
  return Array.from({ length: size }, (_, index) => cases[(turn * size + index) % cases.length] as T);
}

/** What a test counted, for `npm run faults` to print. */
export function tell(name: string, figures: Readonly<Record<string, number | string>>): void {
  const folder = join('build', 'faults');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures)}\n`);
}
