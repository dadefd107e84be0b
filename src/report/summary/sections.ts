/** The runner drops a summary of 1 MiB and more, without a word. */
const MAX_BYTES = 900 * 1024;

/** A summary of whole sections only: half a table, or half a fence, would take the rest with it. */
export function joinSections(sections: readonly (string | undefined)[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const section of sections.filter((one) => one !== undefined)) {
    bytes += Buffer.byteLength(section) + 2;
    if (bytes > MAX_BYTES) {
      kept.push('_The rest is left out, because the size of a summary is limited. The log has everything._');
      break;
    }
    kept.push(section);
  }
  return `${kept.join('\n\n')}\n`;
}
