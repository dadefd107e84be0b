import {
  ANY,
  ASCII,
  BLANK,
  both,
  type Characters,
  charactersOf,
  DIGIT,
  inverse,
  meet,
  WORD,
} from './characters.ts';

/**
 * Characters of a line in which a plain pattern is looked for so. Its time grows with the square of the line: the worst
 * that were tried need 110 microseconds for a line of this length.
 */
export const LONGEST_PLAIN = 256;
/** Ways through alternatives that begin alike, all of them tried one after the other. */
const MOST_WAYS = 8;

/** A character of the pattern, or a place between two (`undefined`). */
interface Atom {
  readonly characters: Characters | undefined;
  readonly source: string;
  readonly isOptional: boolean;
  readonly repeats: boolean;
}

const CLASSES: ReadonlyMap<string, Characters> = new Map([
  ['.', ANY],
  ['\\w', WORD],
  ['\\W', inverse(WORD)],
  ['\\d', DIGIT],
  ['\\D', inverse(DIGIT)],
  ['\\s', BLANK],
  ['\\S', inverse(BLANK)],
]);
/** As JavaScript writes them, where that means something else. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['.', '[^\\n]'],
  ['\\s', '[\\t\\n\\f\\r ]'],
  ['\\S', '[^\\t\\n\\f\\r ]'],
]);
const BOUNDARIES: readonly string[] = ['\\b', '^', '$'];

const TOKEN =
  /(?<open>\((?:\?:|\?<[A-Za-z_]\w*>)?(?!\?))|(?<close>\))|(?<bar>\|)|(?<atom>\\[bdDsSwW]|\\[!-/:-@[-`{-~]|\[\^?(?:\\[dws]|\\[!-/:-@[-`{-~]|[^\\[\]^])+\]|[^\\()[\]{}*+?|])(?<many>[*+?]\??)?/y;

/**
 * The pattern for the matcher of JavaScript, where that finds the same and cannot take long; undefined: only a matcher with
 * linear time may be used. Such a pattern never repeats a group, and there are few ways to match it from one place: what
 * is repeated cannot be what comes next, but for the last repetition, behind which so few characters are compared.
 */
export function plainPattern(pattern: string): RegExp | undefined {
  if (/[^\x20-\x7e]/.test(pattern)) return undefined;
  const read = readPattern(pattern);
  if (read === undefined || !isQuick(read.atoms)) return undefined;
  return new RegExp(read.source, 'gu');
}

interface Read {
  readonly source: string;
  /** One after the other; a group of alternatives is an atom that begins as one of them does. */
  readonly atoms: readonly Atom[];
}

function readPattern(pattern: string): Read | undefined {
  const reader = new PatternReader();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const token = TOKEN.exec(pattern);
    if (token === null || !reader.take(token[0], token.groups ?? {}, pattern[TOKEN.lastIndex]))
      return undefined;
  }
  return reader.end();
}

/** Each of its methods says false where the pattern is left to the other matcher. */
class PatternReader {
  readonly #atoms: Atom[] = [];
  /** Those of a group that is open, one list for each alternative. */
  #branches: Atom[][] | undefined;
  #source = '';
  #ways = 1;

  take(text: string, { atom, many }: Readonly<Record<string, string | undefined>>, next = ''): boolean {
    if (atom !== undefined) return this.#takeAtom(atom, many);
    this.#source += text;
    if (text === ')') return !'*+?{'.includes(next || ' ') && this.#close();
    return text === '|' ? this.#branch() : this.#open();
  }

  end(): Read | undefined {
    const isWhole = this.#branches === undefined && this.#ways <= MOST_WAYS;
    return isWhole ? { source: this.#source, atoms: this.#atoms } : undefined;
  }

  #takeAtom(text: string, many: string | undefined): boolean {
    const atom = atomOf(text, many);
    if (atom === undefined) return false;
    (this.#branches?.at(-1) ?? this.#atoms).push(atom);
    this.#source += atom.source;
    return true;
  }

  #open(): boolean {
    if (this.#branches !== undefined) return false;
    this.#branches = [[]];
    return true;
  }

  #branch(): boolean {
    this.#branches?.push([]);
    return this.#branches !== undefined;
  }

  #close(): boolean {
    const taken = this.#branches && takeGroup(this.#branches);
    if (taken === undefined) return false;
    this.#atoms.push(...taken.atoms);
    this.#ways *= taken.ways;
    this.#branches = undefined;
    return true;
  }
}

interface Group {
  readonly atoms: readonly Atom[];
  readonly ways: number;
}

/** One branch is as if it had no group around it; several are of fixed characters each. */
function takeGroup(branches: readonly (readonly Atom[])[]): Group | undefined {
  const [first = []] = branches;
  if (branches.length === 1) return { atoms: first, ways: 1 };
  const firsts = branches.map(([begin]) => begin?.characters);
  const isFixed = branches.flat().every((atom) => isFixedAtom(atom));
  if (!isFixed || firsts.some((characters) => characters === undefined)) return undefined;
  const known = firsts.flatMap((characters) => (characters === undefined ? [] : [characters]));
  const isClear = known.every((one, at) => known.slice(at + 1).every((other) => !meet(one, other)));
  const characters = known.reduce(both);
  return {
    atoms: [{ characters, source: '', isOptional: false, repeats: false }],
    ways: isClear ? 1 : branches.length,
  };
}

function isFixedAtom({ characters, isOptional, repeats }: Atom): boolean {
  return characters !== undefined && !isOptional && !repeats;
}

function atomOf(text: string, many: string | undefined): Atom | undefined {
  const isOptional = many !== undefined && !many.startsWith('+');
  const repeats = many !== undefined && !many.startsWith('?');
  if (BOUNDARIES.includes(text))
    return many === undefined ? { characters: undefined, source: text, isOptional, repeats } : undefined;
  const characters = CLASSES.get(text) ?? bracketed(text) ?? literal(text);
  if (characters === undefined) return undefined;
  return { characters, source: `${SOURCES.get(text) ?? spelled(text)}${many ?? ''}`, isOptional, repeats };
}

/** A class in brackets has blanks as the other matcher has them. */
function spelled(text: string): string {
  return text.startsWith('[') ? text.replaceAll('\\s', '\\t\\n\\f\\r ') : text;
}

function bracketed(text: string): Characters | undefined {
  if (!text.startsWith('[')) return undefined;
  const written = new RegExp(spelled(text), 'u');
  const characters = charactersOf((character) => written.test(character));
  return text.startsWith('[^') ? [...characters.slice(0, ASCII), true] : characters;
}

function literal(text: string): Characters | undefined {
  const character = text.replace(/^\\/, '');
  return character.length === 1 ? charactersOf((other) => other === character) : undefined;
}

function isQuick(atoms: readonly Atom[]): boolean {
  const seen = atoms.filter(({ characters }) => characters !== undefined);
  // An empty match would make the search go on by rules of its own.
  if (seen.every(({ isOptional }) => isOptional)) return false;
  const checked = withoutLast(seen, atoms.at(-1));
  const lastRepeated = checked.findLastIndex(({ repeats }) => repeats);
  const mayGoOn = lastRepeated >= 0 && checked.slice(lastRepeated + 1).every(isFixedAtom);
  return checked.every((atom, at) => {
    const isOnce = !atom.repeats && !atom.isOptional;
    if (isOnce || (mayGoOn && at === lastRepeated)) return true;
    return !meet(atom.characters ?? ANY, firstOf(seen.slice(at + 1)));
  });
}

/** What is repeated at the very end is found as soon as it begins. */
function withoutLast(atoms: readonly Atom[], last: Atom | undefined): readonly Atom[] {
  return last?.repeats || last?.isOptional ? atoms.slice(0, -1) : atoms;
}

/** What may come first. */
function firstOf(atoms: readonly Atom[]): Characters {
  const needed = atoms.findIndex(({ isOptional }) => !isOptional);
  const begin = needed < 0 ? atoms : atoms.slice(0, needed + 1);
  return begin
    .map(({ characters }) => characters ?? ANY)
    .reduce(
      both,
      charactersOf(() => false),
    );
}
