const DIGITS = 4;

/** A measured number as people read it: four digits that count, and never fewer than stand before the point. */
export function printNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const before = Math.floor(Math.log10(Math.abs(value))) + 1;
  return String(Number(value.toPrecision(Math.min(100, Math.max(DIGITS, before)))));
}

/** What a metric came to; nothing where it never was measured. */
export function printLast(values: readonly number[]): string {
  const last = values.at(-1);
  return last === undefined ? '' : printNumber(last);
}
