/** One field of a line of CSV, as Go's encoding/csv reads it: https://pkg.go.dev/encoding/csv */
export function csvField(text: string): string {
  return /[",\r\n]|^\s/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
