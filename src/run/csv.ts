/** Rows of cells; quotes, and lines inside quotes, as https://www.rfc-editor.org/rfc/rfc4180 has them. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  while (cells.lastIndex < text.length) {
    const cell = cells.exec(text);
    if (cell === null) break;
    row.push(cell[1]?.replaceAll('""', '"') ?? cell[2] ?? '');
    if (cell[3] === ',' && cells.lastIndex < text.length) continue;
    if (row.some((value) => value !== '')) rows.push(row);
    row = [];
  }
  return rows;
}
