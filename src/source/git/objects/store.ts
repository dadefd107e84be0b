import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { hasCode } from '../../files/guard.ts';
import { readGitFile } from '../repository.ts';
import {
  BadObject,
  formatOf,
  type GitObject,
  type ObjectFormat,
  type ObjectType,
  objectId,
} from './object.ts';
import { type Pack, readPacked } from './pack.ts';
import { offsetInPack } from './pack-index.ts';

/** Trees and commits are far smaller; contents of files are not read from here. */
const MAX_OBJECT = 67_108_864;
const MAX_INDEX = 1_073_741_824;

/**
 * What a repository's own object store has under an id. Whoever wrote the checkout wrote the store too: so each object
 * is hashed again, and replacements, grafts and the stores of other repositories are not looked at.
 */
export type ReadObject = (id: string) => GitObject;

export function objectReader(gitFolder: string): ReadObject {
  const folder = join(gitFolder, 'objects');
  let packs: readonly Pack[] | undefined;

  return (id) => {
    const format = formatOf(id);
    if (format === undefined) throw new BadObject('has no id');
    packs ??= packsOf(folder, format);
    const object = readLoose(folder, id) ?? readFromPacks(packs, id);
    if (object === undefined) throw new BadObject('is not in the repository');
    if (objectId(object, format) !== id) throw new BadObject('is not what its id says');
    return object;
  };
}

/** https://git-scm.com/docs/gitformat-loose : type, size, NUL, content, all compressed. */
function readLoose(folder: string, id: string): GitObject | undefined {
  const compressed = readGitFile(join(folder, id.slice(0, 2), id.slice(2)), MAX_OBJECT);
  if (compressed === undefined) return undefined;
  const bytes = inflateSync(compressed, { maxOutputLength: MAX_OBJECT });
  const end = bytes.indexOf(0);
  const header = /^(commit|tree|blob|tag) \d+$/.exec(bytes.subarray(0, Math.max(end, 0)).toString('latin1'));
  if (header === null) throw new BadObject('does not begin like one');
  return { type: header[1] as ObjectType, content: bytes.subarray(end + 1) };
}

function readFromPacks(packs: readonly Pack[], id: string): GitObject | undefined {
  for (const pack of packs) {
    const offset = pack.offsetOf(id);
    if (offset !== undefined) return readPacked(pack, offset);
  }
  return undefined;
}

function packsOf(folder: string, format: ObjectFormat): readonly Pack[] {
  const names = namesIn(join(folder, 'pack')).filter((name) => name.endsWith('.idx'));
  return names.sort().map((name) => packOf(join(folder, 'pack', name.slice(0, -'.idx'.length)), format));
}

function packOf(path: string, format: ObjectFormat): Pack {
  let index: Buffer | undefined;
  return {
    file: `${path}.pack`,
    format,
    maximum: MAX_OBJECT,
    offsetOf(id) {
      index ??= readGitFile(`${path}.idx`, MAX_INDEX) ?? Buffer.alloc(0);
      return offsetInPack(index, id, format);
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
