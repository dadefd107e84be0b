import { base64Forms } from './base64.ts';
import { quotedForms } from './quoted.ts';
import { urlForms } from './url.ts';

/** Characters. A shorter value cannot be hidden: its letters stand in every text. */
const SHORTEST_VALUE = 4;
/** Bytes. A shorter piece of an encoded value would blank ordinary text. */
const SHORTEST_ENCODED = 8;

/** Whether hiding a value is of use: a shorter one would blank the log, and tell itself by that. */
export function isHideable(value: string): boolean {
  return value.trim().length >= SHORTEST_VALUE;
}

/**
 * Every form in which a secret may turn up in somebody's output: itself and its lines, encoded, quoted and escaped.
 * Line breaks do not count, so an encoder may wrap its lines as it likes.
 */
export function formsOfSecret(value: string): readonly string[] {
  const trimmed = value.trim();
  const lines = value.split(/\r\n|[\r\n]/).map((line) => line.trim());
  const plain = [value, trimmed, ...lines, ...joinedForms(lines, trimmed)];
  const escaped = [value, trimmed].flatMap((text) => [...urlForms(text), ...quotedForms(text)]);
  const encoded = [value, trimmed].flatMap((text) => [...hexForms(text), ...base64Forms(text)]);
  return [
    ...new Set([
      ...[...plain, ...escaped].filter(isHideable),
      ...encoded.filter(({ length }) => length >= SHORTEST_ENCODED),
    ]),
  ];
}

/** Several lines as one: as a shell gives an unquoted variable to a command, and as people join them. */
function joinedForms(lines: readonly string[], trimmed: string): readonly string[] {
  if (lines.length === 1) return [];
  return [trimmed.split(/\s+/).join(' '), lines.join(' ').trim(), trimmed.replace(/\r?\n/g, '\\n')];
}

function hexForms(text: string): readonly string[] {
  const hex = Buffer.from(text).toString('hex');
  return [hex, hex.toUpperCase()];
}
