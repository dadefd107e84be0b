/** Where a row of a table comes from. */
export interface Sourced {
  readonly source: string;
  /** The day on which the source said so, or the month. */
  readonly asOf: string;
}

/** Rows that one page says, each of which keeps its address and day. */
export function sourced<T extends object>(from: Sourced, rows: readonly T[]): readonly (T & Sourced)[] {
  return rows.map((row) => ({ ...row, ...from }));
}
