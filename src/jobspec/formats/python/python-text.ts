import type { PyValue } from './py-value.ts';

/** A value as Python's `str()` prints it, which is what a template puts into a text. */
export function pythonText(value: PyValue): string {
  return value.kind === 'str' ? value.value : pythonRepr(value);
}

/** As `repr()` prints it, which is how the members of a list are printed. */
export function pythonRepr(value: PyValue): string {
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return value.value.toString();
    case 'float':
      return floatText(value.value);
    case 'str':
      return quoted(value.value);
    case 'list':
      return `[${value.items.map(pythonRepr).join(', ')}]`;
    case 'tuple':
      return `(${value.items.map(pythonRepr).join(', ')}${value.items.length === 1 ? ',' : ''})`;
    case 'dict':
      return `{${value.entries.map(([key, member]) => `${pythonRepr(key)}: ${pythonRepr(member)}`).join(', ')}}`;
  }
}

/** The fewest digits that read back the same, as JavaScript has them, laid out as Python does it. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return `${digits}e${exponentText(exponent)}`;
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function exponentText(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What Python does not print as it is: https://docs.python.org/3/library/stdtypes.html#str.isprintable */
const SPECIAL = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(SPECIAL, (character) => NAMED[character] ?? escapeOf(character));
  return `${quote}${quote === "'" ? escaped.replaceAll("'", String.raw`\'`) : escaped}${quote}`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** As Python's `json.dumps` writes it. */
export function pythonJson(value: PyValue): string {
  switch (value.kind) {
    case 'none':
      return 'null';
    case 'bool':
      return String(value.value);
    case 'float':
      return jsonFloat(value.value);
    case 'str':
      return jsonText(value.value);
    case 'list':
    case 'tuple':
      return `[${value.items.map(pythonJson).join(', ')}]`;
    case 'dict':
      return `{${value.entries.map(([key, member]) => `${jsonText(jsonKey(key))}: ${pythonJson(member)}`).join(', ')}}`;
    case 'int':
      return value.value.toString();
  }
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return floatText(value);
  return value < 0 ? '-Infinity' : 'Infinity';
}

function jsonKey(key: PyValue): string {
  return key.kind === 'str' ? key.value : pythonJson(key);
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
