/** The key whose value is read, and how far its line is indented. */
interface Key {
  readonly name: string;
  readonly indent: number;
}

/** Values of a section of `setup.cfg`, as Python's configparser reads them, as far as one section goes. */
export function sectionOf(text: string, name: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section: string | undefined;
  let key: Key | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      key = undefined;
    } else if (section === name) {
      key = readLine(line, key, values);
    }
  }
  return values;
}

/** A line that is indented further than that of the key goes on with its value, over empty lines too. */
function readLine(line: string, key: Key | undefined, values: Map<string, string>): Key | undefined {
  const indent = line.search(/\S/);
  if (indent < 0) return key;
  if (key !== undefined && indent > key.indent) {
    values.set(key.name, `${values.get(key.name)}\n${line.trim()}`);
    return key;
  }
  const [, written, value = ''] = /^\s*([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
  if (written === undefined) return undefined;
  const name = written.trim().toLowerCase().replaceAll('-', '_');
  values.set(name, value.trim());
  return { name, indent };
}

/** A list of requirements: one a line, or with semicolons when it is all in one line. */
export function requirementLines(value: string): readonly string[] {
  return value
    .split(value.includes('\n') ? '\n' : ';')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
