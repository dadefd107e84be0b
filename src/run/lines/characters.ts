/** Which of the ASCII characters, and as the last whether any other. */
export type Characters = readonly boolean[];

export const ASCII = 128;
export const WORD = charactersOf((character) => /\w/.test(character));
export const DIGIT = charactersOf((character) => /\d/.test(character));
/** Less than in a pattern of JavaScript. */
export const BLANK = charactersOf((character) => '\t\n\f\r '.includes(character));
export const ANY = inverse(charactersOf((character) => character === '\n'));

export function charactersOf(isIn: (character: string) => boolean): Characters {
  return [...Array.from({ length: ASCII }, (_, code) => isIn(String.fromCharCode(code))), false];
}

export function inverse(characters: Characters): Characters {
  return characters.map((isIn) => !isIn);
}

export function both(one: Characters, other: Characters): Characters {
  return one.map((isIn, code) => isIn || other[code] === true);
}

export function meet(one: Characters, other: Characters): boolean {
  return one.some((isIn, code) => isIn && other[code] === true);
}
