import { isSeen, isSeenBefore } from './seen.ts';
import { isInvisible } from './strip.ts';

/**
 * `hidden`: it is not seen. `read`: an escape sequence is read as text, because the title of a window can hold a secret
 * as well, and a tag as the character that it stands for. Each may be read while the other is hidden.
 */
export interface Reading {
  readonly escapes: 'hidden' | 'read';
  readonly tags: 'hidden' | 'read';
}

/** As a terminal shows it. */
export const ALL_HIDDEN: Reading = { escapes: 'hidden', tags: 'hidden' };

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;
const ESC = 0x1b;
const BEL = 0x07;
/** The first byte of every C1 control character: those begin sequences too. */
const C1 = 0xc2;
/** The string terminator in C1, and what ends one behind ESC. */
const ST = 0x9c;
const BACKSLASH = 0x5c;

/** What opens a sequence behind ESC: `[`, and for those that hold a text `]`, `P`, `X`, `^`, `_`. */
const CONTROL = 0x5b;
const COMMAND = 0x5d;
const STRINGS: readonly number[] = [COMMAND, 0x50, 0x58, 0x5e, 0x5f];

/** A tag is its ASCII character and this: https://www.unicode.org/charts/PDF/UE0000.pdf */
const TAGS = 0xe0000;
const TAG_LEAD = 0xf3;

export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

export function isLineBreak(byte: number): boolean {
  return byte === LF || byte === CR;
}

/** Whether reading escapes shows anything else than hiding them. */
export function hasEscapes(raw: Buffer): boolean {
  return raw.includes(ESC) || raw.includes(C1);
}

export function hasTags(raw: Buffer): boolean {
  return raw.includes(TAG_LEAD);
}

/** How many bytes at a place nobody sees, or minds, as those of an indentation; 0 where a character is. */
export function unseenSize(raw: Uint8Array, index: number, reading: Reading, isIndent: boolean): number {
  const byte = raw[index] ?? 0;
  if (isSeen(byte, isIndent) || isSeenBefore(byte, raw[index + 1] ?? 0)) return 0;
  if (isBlank(byte)) return isIndent ? 1 : 0;
  if (byte < 0x80 && byte !== ESC) return 1;
  return hiddenSize(raw, index, reading) || unseenCharacterSize(raw, index);
}

function hiddenSize(raw: Uint8Array, index: number, { escapes }: Reading): number {
  return escapes === 'hidden' ? sequenceSize(raw, index) : 0;
}

function unseenCharacterSize(raw: Uint8Array, index: number): number {
  if (raw[index] === ESC) return 1;
  const size = characterSize(raw, index);
  return isUnseen(codePointAt(raw, index, size)) ? size : 0;
}

/** The ASCII character that a tag stands for, where tags are read; undefined for anything else. */
export function taggedAt(raw: Uint8Array, index: number, { tags }: Reading): number | undefined {
  if (tags === 'hidden' || raw[index] !== TAG_LEAD) return undefined;
  const tagged = codePointAt(raw, index, characterSize(raw, index)) - TAGS;
  return tagged >= SPACE && tagged < DELETE ? tagged : undefined;
}

/** Where the sequence begins in which a place stands; the place itself where there is none. */
export function sequenceStart(raw: Uint8Array, place: number): number {
  for (let index = 0; index < place; index++) {
    const size = sequenceSize(raw, index);
    if (index + size > place) return index;
    if (size > 0) index += size - 1;
  }
  return place;
}

/** The sequences of `strip.ts`: https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
function sequenceSize(raw: Uint8Array, index: number): number {
  const isEscape = raw[index] === ESC;
  if (!isEscape && raw[index] !== C1) return 0;
  const opening = (raw[index + 1] ?? 0) - (isEscape ? 0 : 0x40);
  const end = sequenceEnd(raw, index + 2, opening) ?? (isEscape ? shortEnd(raw, index + 1) : undefined);
  return end === undefined ? 0 : end - index;
}

function sequenceEnd(raw: Uint8Array, start: number, opening: number): number | undefined {
  if (opening === CONTROL) return controlEnd(raw, start);
  return STRINGS.includes(opening) ? stringEnd(raw, start, opening === COMMAND) : undefined;
}

/** Parameters, intermediate characters, and a final one. */
function controlEnd(raw: Uint8Array, start: number): number | undefined {
  let at = start;
  while (isBetween(raw[at], 0x30, 0x3f)) at += 1;
  while (isBetween(raw[at], 0x20, 0x2f)) at += 1;
  return isBetween(raw[at], 0x40, 0x7e) ? at + 1 : undefined;
}

/** Any text up to its terminator; none goes beyond its line. */
function stringEnd(raw: Uint8Array, start: number, endsWithBell: boolean): number | undefined {
  for (let at = start; at < raw.length; at++) {
    const byte = raw[at] ?? 0;
    if (byte === BEL && endsWithBell) return at + 1;
    if (isTerminator(raw, at)) return at + 2;
    if (byte === ESC || isLineBreak(byte)) return undefined;
  }
  return undefined;
}

function isTerminator(raw: Uint8Array, at: number): boolean {
  const second = raw[at + 1];
  return raw[at] === ESC ? second === BACKSLASH : raw[at] === C1 && second === ST;
}

function shortEnd(raw: Uint8Array, start: number): number | undefined {
  let at = start;
  while (isBetween(raw[at], 0x20, 0x2f)) at += 1;
  return isBetween(raw[at], 0x30, 0x7e) ? at + 1 : undefined;
}

function isBetween(byte: number | undefined, first: number, last: number): boolean {
  return byte !== undefined && byte >= first && byte <= last;
}

/** No sequence that anybody means is longer. */
const LONGEST_SEQUENCE = 4096;

/** A sequence or a character that the end cuts off. */
const UNFINISHED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  /(?:\x1b\[|\xc2\x9b)[0-?]*[ -/]*$|(?:\x1b[\]PX^_]|\xc2[\x90\x98\x9d-\x9f])[^\x07\x1b\n\r]*\x1b?$|\x1b[ -/]*$|(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})$/;

/** Where a sequence or character begins that may go on in what comes next; the length when there is none. */
export function finishedLength(raw: Buffer): number {
  if (isLineBreak(raw.at(-1) ?? LF)) return raw.length;
  const start = Math.max(0, raw.length - LONGEST_SEQUENCE);
  const end = raw.subarray(start);
  if ((end.at(-1) ?? 0) < 0x80 && !hasEscapes(end)) return raw.length;
  const found = end.toString('latin1').search(UNFINISHED);
  return found < 0 ? raw.length : start + found;
}

/** https://www.rfc-editor.org/rfc/rfc3629#section-3; 1 for a byte that begins no character. */
export function characterSize(raw: Uint8Array, index: number): number {
  const size = sizeFrom(raw[index] ?? 0);
  for (let at = index + 1; at < index + size; at++) {
    if (((raw[at] ?? 0) & 0xc0) !== 0x80) return 1;
  }
  return size;
}

function sizeFrom(lead: number): number {
  if (lead < C1 || lead > 0xf4) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** -1 for a byte that is no character. */
function codePointAt(raw: Uint8Array, index: number, size: number): number {
  if (size === 1) return -1;
  let codePoint = (raw[index] ?? 0) & (0x7f >> size);
  for (let at = index + 1; at < index + size; at++) codePoint = (codePoint << 6) | ((raw[at] ?? 0) & 0x3f);
  return codePoint;
}

/** A C1 control character, a line separator, or what is invisible. */
function isUnseen(codePoint: number): boolean {
  const isSeparator = codePoint === 0x2028 || codePoint === 0x2029;
  return isSeparator || (codePoint >= 0x80 && codePoint < 0xa0) || isInvisible(codePoint);
}
