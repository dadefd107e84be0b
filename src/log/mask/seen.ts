import { INVISIBLE } from './strip.ts';

const SPACE = 0x20;
const DELETE = 0x7f;

/** C1 control characters, line separators, and what is invisible. */
const UNSEEN: typeof INVISIBLE = [[0x80, 0x9f], [0x2028, 0x2029], ...INVISIBLE];

/** By a byte and the next one: 1 where the first is a blank, a control character, or may begin what nobody sees. */
const MAY_BE_UNSEEN = new Uint8Array(1 << 16);
MAY_BE_UNSEEN.fill(1, 0, (SPACE + 1) << 8).fill(1, DELETE << 8, (DELETE + 1) << 8);
for (const [from, to] of UNSEEN) MAY_BE_UNSEEN.fill(1, beginningOf(from), beginningOf(to) + 1);

/** By a byte, and by one of an indentation behind these: 1 where it is none of that, whatever comes next. */
const IN_INDENT = 256;
const IS_SEEN = Uint8Array.from({ length: 2 * IN_INDENT }, (_, place) => {
  const byte = place % IN_INDENT;
  if (byte === SPACE) return place < IN_INDENT ? 1 : 0;
  return MAY_BE_UNSEEN.subarray(byte << 8, (byte + 1) << 8).includes(1) ? 0 : 1;
});

/** Whether a byte is seen, or a part of what is seen, whatever comes next: asked of every byte of a log. */
export function isSeen(byte: number, isIndent: boolean): boolean {
  return IS_SEEN[isIndent ? IN_INDENT | byte : byte] === 1;
}

/** Whether a byte of which that is not known is seen because of the next one. */
export function isSeenBefore(byte: number, next: number): boolean {
  return MAY_BE_UNSEEN[(byte << 8) | next] === 0;
}

/** The first two bytes of a character beyond ASCII in UTF-8. */
function beginningOf(codePoint: number): number {
  return Buffer.from(String.fromCodePoint(codePoint)).readUInt16BE();
}
