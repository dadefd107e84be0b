/**
 * What BuildKit said in its own words: names that the user chose may hold any word or number, and are taken out.
 * Of a quoted text the quotes stay, of a path or an address a mark.
 */
export function ownWords(text: string): string {
  return text
    .replace(/"(?:\\.|[^"\\\n])*"/g, '""')
    .replace(/\S+/g, (word) => (word.includes('/') && !/^i\/o\b/.test(word) ? marked(word) : word));
}

function marked(word: string): string {
  return `…${/[:;,.)]*$/.exec(word)?.[0] ?? ''}`;
}
