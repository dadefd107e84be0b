import type { Difference } from './difference.ts';
import type { LayerEntry } from './entry.ts';

type Attribute = readonly [name: string, read: (entry: LayerEntry) => string | undefined];

/** In this order; each says its own, so that one change is one difference. */
const ATTRIBUTES: readonly Attribute[] = [
  ['mode', ({ mode }) => `0${mode.toString(8)}`],
  ['owner', ({ uid, gid }) => `${uid}:${gid}`],
  ['time', ({ mtime }) => printTime(mtime)],
  ['link target', ({ link }) => link ?? 'none'],
  ['device', ({ device }) => device ?? 'none'],
  ['records', ({ records }) => [...records].map(([name, value]) => `${name}=${value}`).join(' ') || 'none'],
  ['size', ({ size }) => `${size} bytes`],
];

/** What two layers do not agree on, entry by entry, in the order of the published one. */
export function compareEntries(
  published: readonly LayerEntry[],
  rebuilt: readonly LayerEntry[],
): readonly Difference[] {
  const [before, after] = [byPath(published), byPath(rebuilt)];
  const known = [...before].flatMap(([key, entry]) => compareEntry(entry, after.get(key)));
  const fresh = [...after].filter(([key]) => !before.has(key)).map(([, entry]) => added(entry));
  return [...known, ...fresh, ...orderOf([...before.keys()], [...after.keys()])];
}

/** A path that comes twice is two entries: the second replaces the first when the layer is unpacked. */
function byPath(entries: readonly LayerEntry[]): ReadonlyMap<string, LayerEntry> {
  const seen = new Map<string, number>();
  return new Map(
    entries.map((entry) => {
      const times = seen.get(entry.path) ?? 0;
      seen.set(entry.path, times + 1);
      return [`${entry.path}\0${times}`, entry];
    }),
  );
}

function compareEntry(before: LayerEntry, after: LayerEntry | undefined): readonly Difference[] {
  const { path: place } = before;
  if (after === undefined)
    return [{ place, attribute: 'presence', published: before.type, rebuilt: undefined }];
  if (before.type !== after.type) {
    return [{ place, attribute: 'type', published: before.type, rebuilt: after.type }];
  }
  const differences = ATTRIBUTES.flatMap(([attribute, read]) => {
    const [was, is] = [read(before), read(after)];
    return was === is ? [] : [{ place, attribute, published: was, rebuilt: is }];
  });
  // Another size is another content; that much need not be said.
  if (before.size !== after.size || before.content === after.content) return differences;
  return [...differences, { place, attribute: 'content', published: sum(before), rebuilt: sum(after) }];
}

function added({ path: place, type }: LayerEntry): Difference {
  return { place, attribute: 'presence', published: undefined, rebuilt: type };
}

/** Of what both have. */
function orderOf(before: readonly string[], after: readonly string[]): readonly Difference[] {
  const [there, here] = [new Set(before), new Set(after)];
  const was = before.filter((key) => here.has(key)).map(pathOf);
  const is = after.filter((key) => there.has(key)).map(pathOf);
  const at = was.findIndex((path, index) => path !== is[index]);
  const [first, other] = [was[at], is[at]];
  if (first === undefined || other === undefined) return [];
  return [{ place: first, attribute: 'order', published: `before ${other}`, rebuilt: `after ${other}` }];
}

function pathOf(key: string): string {
  return key.slice(0, key.indexOf('\0'));
}

function sum({ content }: LayerEntry): string {
  return `sha256:${content.slice(0, 12)}…`;
}

function printTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}
