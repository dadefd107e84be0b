import { jsonIn } from '../json.ts';
import { canonicalJson, idOf } from '../oci/canonical.ts';
import { fileInputs, fileList, isNamed } from './id-inputs.ts';
import type { FileEntry, IdInputs } from './plan.ts';

/** Inputs of an image as they travel with it, in one annotation: names and short hashes, and bases by digest. */
export type InputsAnnotation = ReadonlyMap<string, string>;

/** The same by platform. */
export type PlatformInputs = ReadonlyMap<string, InputsAnnotation>;

/** Annotations are read with every manifest, so they stay small. */
const MOST_BYTES = 16 * 1024;
/** What somebody else wrote there is not read further. */
const MOST_READ = 4 * MOST_BYTES;
const HASH_DIGITS = 12;

/** The annotation's text: compact JSON of the inputs. Where names are too many, each group is one hash. */
export function carry(inputs: IdInputs, told: Readonly<Record<string, string>> = {}): string {
  const hashes = Object.entries(inputs).map(([name, hash]) => [name, shorten(hash)] as const);
  const whole = new Map([...hashes, ...Object.entries(told)]);
  const text = canonicalJson(whole);
  return Buffer.byteLength(text) <= MOST_BYTES ? text : canonicalJson(grouped(whole));
}

/** Those of the images below an index, by platform; each group is one hash where names are too many. */
export function carryPlatforms(platforms: ReadonlyMap<string, string>): string {
  const read = [...platforms].map(
    ([platform, text]) => [platform, readInputs(jsonIn(text)) ?? new Map()] as const,
  );
  const text = canonicalJson(new Map(read));
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  return canonicalJson(new Map(read.map(([platform, inputs]) => [platform, grouped(inputs)])));
}

/** The code file by file while there are few, then by folder, whose name ends with a slash. */
export function carriedCode(entries: readonly FileEntry[]): Record<string, string> {
  if (isNamed(entries)) return shortened(fileInputs('code', entries));
  const folders = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const folder = entry.path.includes('/') ? `${entry.path.split('/', 1)[0]}/` : './';
    const files = folders.get(folder);
    if (files === undefined) folders.set(folder, [entry]);
    else files.push(entry);
  }
  return shortened(
    Object.fromEntries([...folders].map(([folder, files]) => [`code ${folder}`, fileList(files)])),
  );
}

/** By platform below an index; an image by itself stands under ''. undefined for a text that is not ours. */
export function readCarried(text: string | undefined): PlatformInputs | undefined {
  if (text === undefined || text.length > MOST_READ) return undefined;
  const value = jsonIn(text);
  const alone = readInputs(value);
  if (alone !== undefined) return new Map([['', alone]]);
  const platforms = entriesOf(value)?.map(([platform, part]) => [platform, readInputs(part)] as const);
  const known = platforms?.flatMap(([platform, part]) =>
    part === undefined ? [] : [[platform, part] as const],
  );
  return known === undefined || known.length !== platforms?.length ? undefined : new Map(known);
}

function readInputs(value: unknown): InputsAnnotation | undefined {
  const entries = entriesOf(value);
  const texts = entries?.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string');
  return texts === undefined || texts.length !== entries?.length ? undefined : new Map(texts);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value);
}

function shortened(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shorten(idOf(value))]));
}

function shorten(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, HASH_DIGITS);
}

/** `file a.txt`, `file b.txt` as one `file`. */
function grouped(inputs: InputsAnnotation): InputsAnnotation {
  const groups = new Map<string, Map<string, string>>();
  for (const [name, hash] of inputs) {
    const group = name.split(' ', 1)[0] ?? name;
    groups.set(group, new Map([...(groups.get(group) ?? []), [name, hash]]));
  }
  return new Map(
    [...groups].map(([group, members]) => [group, members.get(group) ?? shorten(idOf(members))]),
  );
}
