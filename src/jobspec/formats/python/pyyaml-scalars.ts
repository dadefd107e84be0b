import type { Node, TextNode } from '../../yaml/node.ts';
import { bool, float, int, list, MAX_DIGITS, NONE, type PyValue, str } from './py-value.ts';

/**
 * Plain scalars as PyYAML resolves them, which is YAML 1.1 with gaps of its own: `1e-3` is a text, for it wants
 * a dot and a sign; `010` is eight, `1:30` is ninety, `yes` is true.
 * https://github.com/yaml/pyyaml/blob/main/lib/yaml/resolver.py
 */
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const FLOAT = /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?)$/;
const SIXTIES = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const INFINITY = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;
const BINARY = /^[-+]?0b[01_]+$/;
const OCTAL = /^[-+]?0[0-7_]+$/;
const DECIMAL = /^[-+]?(?:0|[1-9][\d_]*)$/;
const HEXADECIMAL = /^[-+]?0x[\da-fA-F_]+$/;

/** The value of a node as PyYAML would load it. */
export function pyValueOf(node: Node): PyValue {
  switch (node.kind) {
    case 'null':
      return NONE;
    case 'text':
      return scalarValue(node);
    case 'list':
      return list(node.items.map(pyValueOf));
    case 'map':
      return {
        kind: 'dict',
        entries: [...node.entries].map(([key, { value }]) => [str(key), pyValueOf(value)] as const),
      };
    case 'value':
      throw new TypeError('PyYAML loads what is written in a file');
  }
}

/** A scalar in quotes is a text; one with a tag is what the tag says. */
function scalarValue({ text, type, plain }: TextNode): PyValue {
  if (plain) return plainScalar(text);
  return type === 'string' ? str(text) : plainScalar(text.toLowerCase());
}

export function plainScalar(text: string): PyValue {
  if (NULL.test(text)) return NONE;
  if (TRUE.test(text)) return bool(true);
  if (FALSE.test(text)) return bool(false);
  return integer(text) ?? floating(text) ?? str(text);
}

function integer(text: string): PyValue | undefined {
  if (text.length > MAX_DIGITS) return undefined;
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[-+]|_/g, '');
  const value = magnitude(text, digits);
  return value === undefined ? undefined : int(sign * value);
}

function magnitude(text: string, digits: string): bigint | undefined {
  if (DECIMAL.test(text)) return BigInt(digits);
  if (OCTAL.test(text)) return /^0+$/.test(digits) ? 0n : BigInt(`0o${digits.replace(/^0+/, '')}`);
  if (HEXADECIMAL.test(text) || BINARY.test(text)) return digits.length > 2 ? BigInt(digits) : undefined;
  if (!SIXTIES.test(text) || /^0|\./.test(digits)) return undefined;
  return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function floating(text: string): PyValue | undefined {
  const [infinity, sign] = INFINITY.exec(text) ?? [];
  if (infinity !== undefined) return float(sign === '-' ? -Infinity : Infinity);
  if (NOT_A_NUMBER.test(text)) return float(Number.NaN);
  const digits = text.replaceAll('_', '');
  if (FLOAT.test(text)) return float(Number(digits));
  if (!SIXTIES.test(text) || !text.includes('.')) return undefined;
  const value = digits
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return float(text.startsWith('-') ? -value : value);
}
