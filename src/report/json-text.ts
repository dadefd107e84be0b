import type { Json } from './plan-json.ts';

/**
 * Only texts hold these, and JSON may write any character of a text by its number: so no line of it is a command for a
 * runner that reads along (`##[`, `::`), and nothing in it moves a terminal or turns what a person reads.
 */
const ESCAPED = /#|:(?=:)|[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** An object as it is written to stdout. */
export function jsonText(value: Json): string {
  return JSON.stringify(value, undefined, 2).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
