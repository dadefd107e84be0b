import type { Location } from '../../errors.ts';
import type { Reference } from '../../oci/types.ts';
import type { Origins } from '../job/job.ts';
import type { Range } from '../job/resources.ts';

/** What a plain scalar of YAML's core schema would be; the text itself is always kept as it was written. */
export type ScalarType = 'string' | 'int' | 'float' | 'bool';

/** A value of a spec with its place: every scalar is the text that was written (`3.10`, `1e-4`). */
export type Node = TextNode | NullNode | ListNode | MapNode | ValueNode;

interface WithLocation {
  readonly location: Location;
}

export interface TextNode extends WithLocation {
  readonly kind: 'text';
  readonly text: string;
  readonly type: ScalarType;
  /** Written without quotes and without a tag, so that another reading of YAML may see another type in it. */
  readonly plain?: boolean;
  /** A comment behind it that begins with no space, `#1`, and so may have been meant as part of the text. */
  readonly cut?: string;
  /** Where the first character of the text stands. */
  readonly start: Location;
  /** How the text is laid out in the file: in one line, line by line below a `|`, or otherwise. */
  readonly layout: 'line' | 'block' | 'other';
  /** No placeholder of ours can stand in it: braces are braces, as in a text that another format has rendered. */
  readonly literal?: boolean;
}

interface NullNode extends WithLocation {
  readonly kind: 'null';
}

export interface ListNode extends WithLocation {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends WithLocation {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What a reader of another format has as a value already, so that no text of it is made and read again. */
export interface ValueNode extends WithLocation {
  readonly kind: 'value';
  readonly value: Value;
}

/** An instance is told from whatever a file can hold. */
export class Value {
  readonly content: ValueContent;

  constructor(content: ValueContent) {
    this.content = content;
  }
}

export type ValueContent = boolean | number | Range | Reference;

interface Entry {
  /** Where the key stands. */
  readonly key: Location;
  readonly value: Node;
}

export type Path = readonly PropertyKey[];

export function mapNode(entries: Iterable<readonly [string, Entry]>, location: Location): MapNode {
  return { kind: 'map', entries: new Map(entries), location };
}

/** A text that a reader of ours put there, at the place of what it came from. */
export function textNode(text: string, location: Location): TextNode {
  return { kind: 'text', text, type: 'string', location, start: location, layout: 'other' };
}

export function literalNode(text: string, location: Location): TextNode {
  return { ...textNode(text, location), literal: true };
}

export function valueNode(content: ValueContent, location: Location): ValueNode {
  return { kind: 'value', value: new Value(content), location };
}

/** The value without places; objects have no prototype, so that a key never meets an inherited one. */
export function plain(node: Node): unknown {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'null':
      return null;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return plainMap(node);
    case 'value':
      return node.value;
  }
}

function plainMap(node: MapNode): Record<string, unknown> {
  const value: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) value[key] = plain(entry.value);
  return value;
}

function child(node: Node, key: PropertyKey): Node | undefined {
  if (node.kind === 'map') return node.entries.get(String(key))?.value;
  if (node.kind === 'list') return node.items[Number(key)];
  return undefined;
}

export function at(node: Node, path: Path): Node | undefined {
  let found: Node | undefined = node;
  for (const key of path) found = found && child(found, key);
  return found;
}

/** The place of a value; of a missing one, that of its nearest parent that is there. */
export function locationOf(node: Node, path: Path): Location {
  let found = node;
  for (const key of path) {
    const next = child(found, key);
    if (next === undefined) return found.location;
    found = next;
  }
  return found.location;
}

export function keyPlaceOf(node: Node, path: Path, key: string): Location {
  const parent = at(node, path);
  const entry = parent?.kind === 'map' ? parent.entries.get(key) : undefined;
  return entry?.key ?? locationOf(node, path);
}

/** The place of the character at `offset` of a text, as exactly as its layout allows. */
export function placeInText(node: TextNode, offset: number): Location {
  const { line, column, file } = node.start;
  if (node.layout === 'other' || line === undefined || column === undefined) return node.location;
  const before = node.text.slice(0, offset).split('\n');
  const last = before.at(-1) ?? '';
  return { file, line: line + before.length - 1, column: column + last.length };
}

/** The place of every value, by its path joined with dots. */
export function originsOf(root: Node): Origins {
  return new Map(placesBelow(root, ''));
}

function* placesBelow(node: Node, prefix: string): Generator<readonly [string, Location]> {
  for (const [key, value] of childrenOf(node)) {
    yield [`${prefix}${key}`, value.location];
    yield* placesBelow(value, `${prefix}${key}.`);
  }
}

function childrenOf(node: Node): readonly (readonly [string, Node])[] {
  if (node.kind === 'list') return node.items.map((item, index) => [String(index), item]);
  if (node.kind === 'map') return [...node.entries].map(([key, { value }]) => [key, value]);
  return [];
}
