import { Bytes } from '../bytes.ts';
import { BadObject, type GitObject, type ObjectFormat } from './object.ts';

export type TreeEntryKind = 'file' | 'executable' | 'link' | 'folder' | 'submodule';

/** One name in a folder of a commit. */
export interface TreeEntry {
  readonly kind: TreeEntryKind;
  readonly name: string;
  readonly id: string;
}

/** Git of 2005 also wrote files that their group may change. */
const KINDS: Readonly<Record<string, TreeEntryKind>> = {
  '100644': 'file',
  '100664': 'file',
  '100755': 'executable',
  '120000': 'link',
  '40000': 'folder',
  '160000': 'submodule',
};

/** The tree of a commit, which its first line names. */
export function treeOf({ type, content }: GitObject): string {
  const tree = /^tree ([0-9a-f]+)\n/.exec(content.subarray(0, 128).toString('latin1'))?.[1];
  if (type !== 'commit' || tree === undefined) throw new BadObject('is not a commit');
  return tree;
}

/** Mode, space, name, NUL and the bytes of the id, for each: https://git-scm.com/docs/gitformat-pack */
export function readTree({ type, content }: GitObject, { size }: ObjectFormat): readonly TreeEntry[] {
  if (type !== 'tree') throw new BadObject('is not a tree');
  const bytes = new Bytes(content);
  const entries: TreeEntry[] = [];
  while (bytes.left > 0) {
    const head = bytes.untilNul();
    bytes.skip(1);
    entries.push({ ...readHead(head), id: bytes.take(size).toString('hex') });
  }
  return entries;
}

function readHead(head: Buffer): Pick<TreeEntry, 'kind' | 'name'> {
  const space = head.indexOf(' ');
  const kind = KINDS[head.subarray(0, Math.max(space, 0)).toString('latin1')];
  if (kind === undefined) throw new BadObject('has an entry of a kind that is not known');
  const name = head.subarray(space + 1);
  if (!name.equals(Buffer.from(name.toString()))) throw new BadObject('has a name that is not UTF-8');
  return { kind, name: name.toString() };
}
