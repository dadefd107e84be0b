export type Row = readonly [name: string, value: string];

/** Names in one column, values in another. */
export function rows(lines: readonly Row[]): readonly string[] {
  const width = Math.max(8, ...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
