import { isLineBreak, type Reading, taggedAt, unseenSize } from './unseen.ts';

/** Bytes as somebody reads them, whatever was done to hide a text in them. */
export interface View {
  readonly bytes: Uint8Array;
  /** Where each of them stands in what it was made from. */
  readonly offsets: Uint32Array;
}

/**
 * The bytes without line breaks and the blanks behind them, as an encoder wraps its lines and a person indents them,
 * and without all that a terminal does not show.
 */
export function viewOf(raw: Uint8Array, reading: Reading): View {
  const bytes = new Uint8Array(raw.length);
  const offsets = new Uint32Array(raw.length);
  let length = 0;
  let isIndent = false;
  for (let index = 0; index < raw.length; index++) {
    const byte = raw[index] ?? 0;
    const tagged = taggedAt(raw, index, reading);
    const unseen: number = unseenSize(raw, index, reading, isIndent);
    isIndent = unseen > 0 && (isIndent || isLineBreak(byte));
    if (unseen === 0 || tagged !== undefined) {
      bytes[length] = tagged ?? byte;
      offsets[length++] = index;
    }
    if (unseen > 0) index += unseen - 1;
  }
  return { bytes: bytes.subarray(0, length), offsets };
}
