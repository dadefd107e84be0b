import { type CharTest, type Node, runner } from '../../recipe/ignore/machine.ts';

/**
 * A glob of a `.gitignore`. It is run by the machine that runs those of `.dockerignore`, so that no pattern of a
 * stranger can make it slow. https://git-scm.com/docs/gitignore#_pattern_format
 */

export type PathTest = (path: string) => boolean;

const SLASH = '/'.charCodeAt(0);

/** Where the first character stands that means more than itself; -1 when there is none. */
export function wildcardAt(glob: string): number {
  return glob.search(/[*?[\\]/);
}

/** @param glob each of its characters is a byte, as in the paths that it is asked about */
export function compileGitGlob(glob: string): PathTest {
  if (wildcardAt(glob) < 0) return (path) => path === glob;
  const nodes: Node[] = [];
  for (let at = 0; at < glob.length; ) {
    const next = addOne(glob, at, nodes);
    if (next === undefined) return () => false;
    at = next;
  }
  return runner({ nodes, anchored: true });
}

/** Where to go on; undefined for what can match nothing: an open bracket, a backslash at the end. */
function addOne(glob: string, at: number, nodes: Node[]): number | undefined {
  const char = glob[at] ?? '';
  if (char === '*') return addStars(glob, at, nodes);
  if (char === '[') return addClass(glob, at + 1, nodes);
  if (char === '?') {
    nodes.push({ kind: 'one', test: isNoSlash });
    return at + 1;
  }
  const literal = char === '\\' ? glob[at + 1] : char;
  if (literal === undefined) return undefined;
  const code = literal.charCodeAt(0);
  nodes.push({ kind: 'one', test: (other) => other === code, literal: code });
  return char === '\\' ? at + 2 : at + 1;
}

function isNoSlash(char: number): boolean {
  return char !== SLASH;
}

/** Two stars or more between slashes are any number of folders; everywhere else they are one star. */
function addStars(glob: string, at: number, nodes: Node[]): number {
  let end = at;
  while (glob[end] === '*') end += 1;
  const spansFolders =
    end - at > 1 && (at === 0 || glob[at - 1] === '/') && /^(?:$|\\?\/)/.test(glob.slice(end, end + 2));
  if (!spansFolders) nodes.push({ kind: 'many', test: isNoSlash });
  else if (glob[end] !== '/') nodes.push({ kind: 'many', test: () => true });
  else {
    addFolders(nodes);
    return end + 1;
  }
  return end;
}

/** One of them behind another adds nothing, and many of them would make many places to stand in. */
function addFolders(nodes: Node[]): void {
  if (nodes.at(-1)?.kind !== 'inside') nodes.push({ kind: 'folders' }, { kind: 'inside', test: () => true });
}

function addClass(glob: string, start: number, nodes: Node[]): number | undefined {
  const negated = glob[start] === '!' || glob[start] === '^';
  const tests: CharTest[] = [];
  let before: number | undefined;
  let at = negated ? start + 1 : start;
  do {
    const member = readMember(glob, at, before);
    if (member === undefined) return undefined;
    tests.push(member.test);
    before = member.char;
    at = member.next;
  } while (glob[at] !== ']');
  nodes.push({
    kind: 'one',
    test: (char) => isNoSlash(char) && tests.some((test) => test(char)) !== negated,
  });
  return at + 1;
}

interface Member {
  readonly test: CharTest;
  /** What a range may begin with. */
  readonly char: number | undefined;
  readonly next: number;
}

function readMember(glob: string, at: number, before: number | undefined): Member | undefined {
  if (glob[at] === '-' && before !== undefined && isRange(glob[at + 1])) {
    const last = readChar(glob, at + 1);
    return last && { test: (char) => char >= before && char <= last.code, char: undefined, next: last.next };
  }
  if (glob.startsWith('[:', at)) {
    const end = glob.indexOf(']', at + 2);
    if (end < 0) return undefined;
    if (end > at + 2 && glob[end - 1] === ':') return readNamed(glob.slice(at + 2, end - 1), end + 1);
  }
  const single = readChar(glob, at);
  return single && { test: (char) => char === single.code, char: single.code, next: single.next };
}

function isRange(behind: string | undefined): boolean {
  return behind !== undefined && behind !== ']';
}

function readChar(glob: string, at: number): { readonly code: number; readonly next: number } | undefined {
  const place = glob[at] === '\\' ? at + 1 : at;
  const char = glob[place];
  return char === undefined ? undefined : { code: char.charCodeAt(0), next: place + 1 };
}

function readNamed(name: string, next: number): Member | undefined {
  const pattern = NAMED.get(name);
  return pattern && { test: (char) => pattern.test(String.fromCharCode(char)), char: undefined, next };
}

/** POSIX classes as Git has them: in ASCII, and without the vertical tab and the form feed among the spaces. */
const NAMED: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class is made of them
  ['cntrl', /[\x00-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);
