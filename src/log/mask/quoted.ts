/** A text as programs write it between quotes: in JSON, in the shell, in Python, in HTML, in YAML, in Markdown. */
export function quotedForms(text: string): readonly string[] {
  return [jsonForms, pythonForms, shellForms, markupForms, markdownForms].flatMap((formsOf) => formsOf(text));
}

function jsonForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[\u007f-\uffff]/g, unicodeEscape);
  // As Go and Rails write it, for a page of HTML.
  const html = json.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  const all = [json, ascii, html, json.replaceAll('/', '\\/')];
  return [...all, JSON.stringify(json).slice(1, -1)];
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `repr` of a text and of its bytes: https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
function pythonForms(text: string): readonly string[] {
  const escaped = Array.from(text.replaceAll('\\', '\\\\'), controlEscape).join('');
  const ascii = Array.from(escaped, (character) =>
    character > '~' ? wideEscape(character) : character,
  ).join('');
  const bytes = Array.from(Buffer.from(escaped), (byte) =>
    byte > 0x7e ? hexEscape(byte) : String.fromCharCode(byte),
  );
  const all = [escaped, ascii, bytes.join('')];
  return all.flatMap((form) => [form, form.replaceAll("'", "\\'"), form.replaceAll('"', '\\"')]);
}

const CONTROL: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function controlEscape(character: string): string {
  return (
    CONTROL[character] ??
    (character < ' ' || character === '\u007f' ? hexEscape(character.charCodeAt(0)) : character)
  );
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function wideEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return hexEscape(code);
  const digits = code.toString(16);
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

/** Between single quotes in both ways of writing one, between double quotes, and word by word as `printf %q` does. */
function shellForms(text: string): readonly string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", "\\'"),
    text.replace(/[$`"\\]/g, '\\$&'),
    text.replace(/[$`"\\!]/g, '\\$&'),
    text.replace(/[^A-Za-z0-9_@%+=:,./~^-]/g, '\\$&'),
    text.replace(/[^A-Za-z0-9_@%+=:./-]/g, '\\$&'),
    // $'…'
    text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
  ];
}

/** How quotes are written in HTML and XML: by Python, by Go and Jinja, by PHP and React, by XML. */
const QUOTES = [
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
  ['&quot;', '&#39;'],
  ['&quot;', '&#039;'],
  ['&quot;', '&apos;'],
  ['"', "'"],
] as const;

/** In HTML and XML; and with doubled quotes, as YAML, SQL and CSV have them. */
function markupForms(text: string): readonly string[] {
  const inner = withEntities(text);
  return [
    ...QUOTES.map(([double, single]) => inner.replaceAll('"', double).replaceAll("'", single)),
    text.replaceAll("'", "''"),
    text.replaceAll('"', '""'),
  ];
}

/** As the summary of a job has it, in text and in code: `escapeMarkdown` and `inlineCode`. */
function markdownForms(text: string): readonly string[] {
  const inCode = Array.from(text, (character) =>
    /[\\`*_{}[\]()+\-.!|~@:$]/.test(character) ? `&#${character.charCodeAt(0)};` : withEntities(character),
  );
  return [withEntities(text.replace(/[\\`*_{}[\]()#+\-.!|~@:$]/g, '\\$&')), inCode.join('')];
}

function withEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
