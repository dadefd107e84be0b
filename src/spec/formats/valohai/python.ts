import type { ListNode, Node, TextNode } from '../../node.ts';

/** A scalar as Python has it once PyYAML has read it. */
export interface Atom {
  readonly kind: 'str' | 'int' | 'float' | 'bool';
  /** What `str()` prints. */
  readonly text: string;
}

const BOOL = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$|^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;
const INT = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A plain scalar by the rules of PyYAML (YAML 1.1); a quoted one is the text it is. */
export function atomOf(node: TextNode): Atom {
  return isPlain(node) ? plainAtom(node.text) : { kind: 'str', text: node.text };
}

/** Quotes stand in front of the text that they hold. */
function isPlain({ layout, type, start, location }: TextNode): boolean {
  return type !== 'string' || (layout === 'line' && start.column === location.column);
}

function plainAtom(text: string): Atom {
  if (BOOL.test(text)) return boolAtom(TRUE.test(text));
  // Longer digits are a number as well, but no value of a parameter.
  if (text.length > 60) return { kind: 'str', text };
  if (INT.test(text)) return { kind: 'int', text: intText(text.replaceAll('_', '')) };
  if (FLOAT.test(text)) return { kind: 'float', text: floatText(numberOf(text.replaceAll('_', ''))) };
  return { kind: 'str', text };
}

export function boolAtom(value: boolean): Atom {
  return { kind: 'bool', text: value ? 'True' : 'False' };
}

function intText(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.replace(/^[-+]/, '');
  const value = digits.includes(':') ? sixties(digits) : BigInt(prefixed(digits));
  return value === 0n ? '0' : `${sign}${value}`;
}

/** A zero in front means octal. */
function prefixed(digits: string): string {
  if (/^0[0-7]+$/.test(digits)) return `0o${digits.slice(1)}`;
  return /^0[bx]$/.test(digits) ? '0' : digits;
}

function sixties(digits: string): bigint {
  return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function numberOf(text: string): number {
  if (/inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/nan$/i.test(text)) return Number.NaN;
  if (!text.includes(':')) return Number(text);
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[-+]/, '').split(':');
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** `repr(float)`: https://docs.python.org/3/library/stdtypes.html#float */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `shlex.quote` */
export function shellQuote(text: string): string {
  if (text !== '' && /^[\w@%+=:,./-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** `str()` of a list. */
export function listText(atoms: readonly Atom[]): string {
  return `[${atoms.map((atom) => (atom.kind === 'str' ? repr(atom.text) : atom.text)).join(', ')}]`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Python escapes
  const escaped = text.replace(/[\\\u0000-\u001f\u007f]/g, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
    return ESCAPES[character] ?? `\\x${hex}`;
  });
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

/** The scalars of a list; undefined when it holds anything else. */
export function atomsOf(list: ListNode): readonly Atom[] | undefined {
  const texts = list.items.filter((item): item is Node & { kind: 'text' } => item.kind === 'text');
  return texts.length === list.items.length ? texts.map(atomOf) : undefined;
}
