/** The files of a context as folders, for those who follow its links. */
export interface ContextFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'link';
}

export interface Node<T extends ContextFile> {
  readonly name: string;
  /** The folder that it is in; the root is in itself. */
  readonly folder: Node<T> | undefined;
  readonly children: Map<string, Node<T>>;
  file?: T | undefined;
}

export function contextTree<T extends ContextFile>(files: readonly T[]): Node<T> {
  const root: Node<T> = { name: '', folder: undefined, children: new Map() };
  for (const file of files) {
    let node = root;
    for (const name of file.path.split('/')) node = childOf(node, name);
    node.file = file;
  }
  return root;
}

function childOf<T extends ContextFile>(folder: Node<T>, name: string): Node<T> {
  const known = folder.children.get(name);
  if (known !== undefined) return known;
  const node: Node<T> = { name, folder, children: new Map() };
  folder.children.set(name, node);
  return node;
}

/** So many links in a row are a circle, for BuildKit too. */
const CIRCLE = 255;

export interface FollowedPath<T extends ContextFile> {
  /** undefined: it leads to nothing in the context. */
  readonly node: Node<T> | undefined;
  /** Itself, and further links on the way. */
  readonly links: readonly T[];
}

/** Where a link leads, with the context as the root of everything. */
export function followLink<T extends ContextFile>(
  root: Node<T>,
  link: Node<T>,
  targetOf: (file: T) => string,
): FollowedPath<T> {
  const links: T[] = [];
  // What is still to be walked, the next one last.
  const names: string[] = [];

  /** Where the names of a link's target begin. */
  function enter(node: Node<T>): Node<T> | undefined {
    const { file } = node;
    if (file?.kind !== 'link') return node;
    links.push(file);
    const target = targetOf(file);
    names.push(...target.split('/').toReversed());
    return target.startsWith('/') ? root : node.folder;
  }

  let node = enter(link);
  for (let name = names.pop(); name !== undefined && node !== undefined; name = names.pop()) {
    const next = step(node, name, root);
    node = next === undefined || links.length > CIRCLE ? undefined : enter(next);
  }
  return { node, links };
}

function step<T extends ContextFile>(node: Node<T>, name: string, root: Node<T>): Node<T> | undefined {
  if (name === '' || name === '.') return node;
  return name === '..' ? (node.folder ?? root) : node.children.get(name);
}
