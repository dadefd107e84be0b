import { idOf, LazyList } from '../oci/canonical.ts';
import type { Digest } from '../oci/types.ts';
import type { FileEntry, IdInputs } from './plan.ts';

/** Raised only when the same spec renders or compresses differently than before; never with a release. */
export const GENERATOR = 1;

/** The same for environments of a user's own Dockerfile. 2: the context holds only files that the Dockerfile reads. */
export const OWN_GENERATOR = 2;

/** The same for images whose code is in several layers. 2: it was one layer before, whatever its size. */
export const CUT_GENERATOR = 2;

/** More files than this are one input: their names would not fit where inputs are kept. */
const MAX_NAMED = 40;

/** Named inputs of an id as hashes; what is undefined is left out. */
export function idInputs(values: Readonly<Record<string, unknown>>): IdInputs {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, idOf(value)]));
}

/** The id of an image: the hash of its inputs' names and hashes. */
export function idOfInputs(inputs: IdInputs): Digest {
  return idOf(inputs);
}

/** Whether each of these files is an input of its own. */
export function isNamed(entries: readonly FileEntry[]): boolean {
  return entries.length <= MAX_NAMED;
}

/** Each file by its name, or all of them at once when they are many. */
export function fileInputs(prefix: string, entries: readonly FileEntry[]): Readonly<Record<string, unknown>> {
  if (!isNamed(entries)) return { [prefix]: fileList(entries) };
  return Object.fromEntries(entries.map((entry) => [`${prefix} ${entry.path}`, fileContent(entry)]));
}

/** Everything of the files that decides bytes of a layer, in one order. */
export function fileList(entries: readonly FileEntry[]): LazyList {
  return new LazyList(function* (): Generator<readonly unknown[]> {
    const sorted = entries.toSorted(({ path: a }, { path: b }) => (a < b ? -1 : a > b ? 1 : 0));
    for (const { path, kind, executable, content } of sorted) yield [path, kind, executable, content];
  });
}

function fileContent({ kind, executable, content }: FileEntry): readonly unknown[] {
  return [kind, executable, content];
}

/** The first 16 digits, for a tag. */
export function shortId(id: Digest): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 16);
}

/** What of two images differs, by name: the reason for a rebuild. */
export function changedInputs(before: IdInputs, after: IdInputs): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
