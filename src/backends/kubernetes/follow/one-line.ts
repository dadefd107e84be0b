/** What a cluster says, which may have line ends and indents, for the middle of a sentence. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
