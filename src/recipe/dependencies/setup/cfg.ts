/** Values of a section of `setup.cfg`, as Python's configparser reads them, as far as one section goes. */
export function sectionOf(text: string, name: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section: string | undefined;
  let key: string | undefined;
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

/** A line that is indented goes on with the value before it. */
function readLine(line: string, key: string | undefined, values: Map<string, string>): string | undefined {
  if (key !== undefined && /^\s/.test(line)) {
    values.set(key, `${values.get(key)}\n${line.trim()}`);
    return key;
  }
  const [, name, value = ''] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
  const found = name?.trim().toLowerCase().replaceAll('-', '_');
  if (found !== undefined) values.set(found, value.trim());
  return found;
}

/** A list of requirements: one a line, or with semicolons when it is all in one line. */
export function requirementLines(value: string): readonly string[] {
  return value
    .split(value.includes('\n') ? '\n' : ';')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
