/** Runs a parsed pattern over a path, each character once. */

export type CharTest = (char: number) => boolean;

export type Node =
  | { readonly kind: 'one'; readonly test: CharTest; readonly literal?: number }
  | { readonly kind: 'many'; readonly test: CharTest }
  /** `(.*\/)?` takes two places: skip it, or stand inside it, where the test says what the dot stands for. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'inside'; readonly test: CharTest }
  | { readonly kind: 'assert'; readonly holds: (before: number, after: number) => boolean };

export interface Program {
  readonly nodes: readonly Node[];
  /** Whether the whole path must match, or only its beginning. */
  readonly anchored: boolean;
}

/** What stands before the first character and after the last. */
export const NONE = -1;

const SLASH = 47;

/** The test a program makes of a path. */
export function runner(program: Program): (path: string) => boolean {
  const tail = program.anchored ? literalTail(program.nodes) : '';
  return (path) => path.endsWith(tail) && accepts(program, path);
}

/** The characters every match ends with: most paths fail here, without the machine. */
function literalTail(nodes: readonly Node[]): string {
  let tail = '';
  for (const node of nodes.toReversed()) {
    if (node.kind !== 'one' || node.literal === undefined) return tail;
    tail = String.fromCodePoint(node.literal) + tail;
  }
  return tail;
}

function accepts({ nodes, anchored }: Program, path: string): boolean {
  let places: readonly number[] = [0];
  let before = NONE;
  for (let at = 0; places.length > 0; at += before > 0xffff ? 2 : 1) {
    const after = path.codePointAt(at) ?? NONE;
    places = settle(nodes, places, before, after);
    if (places.includes(nodes.length) && (after === NONE || !anchored)) return true;
    if (after === NONE) return false;
    places = step(nodes, places, after);
    before = after;
  }
  return false;
}

/** Every place that can be reached without taking a character. */
function settle(nodes: readonly Node[], from: readonly number[], before: number, after: number): number[] {
  const seen = new Set(from);
  for (const place of seen) {
    const node = nodes[place];
    if (node === undefined) continue;
    if (node.kind === 'many') seen.add(place + 1);
    if (node.kind === 'folders') seen.add(place + 1).add(place + 2);
    if (node.kind === 'assert' && node.holds(before, after)) seen.add(place + 1);
  }
  return [...seen];
}

function step(nodes: readonly Node[], places: readonly number[], char: number): number[] {
  return places.flatMap((place) => nextPlaces(nodes[place], place, char));
}

function nextPlaces(node: Node | undefined, place: number, char: number): readonly number[] {
  if (node?.kind === 'one') return node.test(char) ? [place + 1] : [];
  if (node?.kind === 'many') return node.test(char) ? [place] : [];
  if (node?.kind !== 'inside') return [];
  if (char === SLASH) return [place, place + 1];
  return node.test(char) ? [place] : [];
}
