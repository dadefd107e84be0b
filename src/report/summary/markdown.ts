/** Writing hostile text into Markdown so that it stays text: https://github.github.com/gfm/ */

/** What Markdown gives a meaning to, and `@` that would call somebody; `&`, `<` and `>` would begin HTML. */
const SPECIAL = /[\\`*_{}[\]()#+\-.!|~@:$]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Ends of lines of every kind, and what is drawn as nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text of anybody, in one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(CONTROL, ' ')
    .replace(SPECIAL, '\\$&')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}

/** Text of anybody as code in a line of text or in a cell of a table, where a bar would end the cell. */
export function inlineCode(text: string): string {
  return `<code>${inert(text)}</code>`;
}

/** Inside HTML a backslash escapes nothing: everything special becomes an entity. */
function inert(text: string): string {
  const html = text.replace(CONTROL, ' ').replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
  return html.replace(/&(?:amp|lt|gt);|[\\`*_{}[\]()+\-.!|~@:$]/g, (found) =>
    found.length > 1 ? found : `&#${found.charCodeAt(0)};`,
  );
}

/** A fence longer than any run of backticks inside, so that nothing in it can end it. */
export function codeBlock(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Folded away until somebody wants it. */
export function details(title: string, body: string): string {
  return `<details><summary>${inert(title)}</summary>\n\n${body}\n\n</details>`;
}
