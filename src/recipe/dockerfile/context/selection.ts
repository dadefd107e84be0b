import { UserError } from '../../../errors.ts';
import { createMatcher } from '../../ignore/ignore.ts';
import type { ContextSource } from '../../recipe.ts';
import { compileName } from './glob.ts';
import { type ContextFile, contextTree, followLink, type Node } from './tree.ts';

/**
 * The files of a context that these sources can read, in their order: what the sources name, what is below a folder,
 * and what links on the way lead to. Where a pattern cannot be read as BuildKit reads it, it is more than that, and
 * never less.
 */
export function selectFiles<T extends ContextFile>(
  files: readonly T[],
  sources: readonly ContextSource[],
  targetOf: (link: T) => string,
): readonly T[] {
  const { selected, listed } = select(files, sources, targetOf);
  // BuildKit lists the folder of a pattern, and only files bring it into the context.
  for (const folder of listed) {
    // The same one in whatever order they were found.
    const all = filesBelow(folder).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const [first] = all;
    if (first !== undefined && !all.some((file) => selected.has(file))) selected.add(first);
  }
  return files.filter((file) => selected.has(file));
}

/** Less than that: without what is only there so that the folder of a pattern is. */
export function namedFiles<T extends ContextFile>(
  files: readonly T[],
  sources: readonly ContextSource[],
  targetOf: (link: T) => string,
): readonly T[] {
  const { selected } = select(files, sources, targetOf);
  return files.filter((file) => selected.has(file));
}

interface Selection<T extends ContextFile> {
  readonly selected: Set<T>;
  /** Folders in which a pattern is looked for. */
  readonly listed: ReadonlySet<Node<T>>;
}

function select<T extends ContextFile>(
  files: readonly T[],
  sources: readonly ContextSource[],
  targetOf: (link: T) => string,
): Selection<T> {
  const root = contextTree(files);
  const selected = new Set<T>();
  const listed = new Set<Node<T>>();
  for (const source of sources) new Selecting(root, source, targetOf, { selected, listed }).begin();
  return { selected, listed };
}

class Selecting<T extends ContextFile> {
  readonly #root: Node<T>;
  readonly #names: readonly string[];
  readonly #source: ContextSource;
  readonly #targetOf: (link: T) => string;
  readonly #selected: Set<T>;
  readonly #isExcluded: (path: string) => boolean;
  readonly #listed: Set<Node<T>>;
  /** By the number of names that lead there. */
  readonly #visited = new Map<number, Set<Node<T>>>();

  constructor(
    root: Node<T>,
    source: ContextSource,
    targetOf: (link: T) => string,
    { selected, listed }: { readonly selected: Set<T>; readonly listed: Set<Node<T>> },
  ) {
    this.#root = root;
    this.#source = source;
    this.#names = source.path.split('/').filter((name) => name !== '');
    this.#targetOf = targetOf;
    this.#selected = selected;
    this.#listed = listed;
    this.#isExcluded = excluder(source.exclude ?? []);
  }

  begin(): void {
    this.#match(this.#root, 0);
  }

  #match(node: Node<T>, count: number): void {
    const visited = this.#visited.get(count) ?? new Set();
    this.#visited.set(count, visited);
    if (visited.has(node)) return;
    visited.add(node);
    const name = this.#names[count];
    if (name === undefined) this.#take(node);
    else if (this.#source.parents === true && name.includes('**')) this.#matchFolders(node, name, count);
    else this.#matchName(node, name, count);
  }

  /** With `--parents` two stars are any number of folders, and elsewhere one. */
  #matchFolders(node: Node<T>, name: string, count: number): void {
    if (name !== '**') {
      this.#take(node);
      return;
    }
    this.#match(node, count + 1);
    for (const child of node.children.values()) if (child.file === undefined) this.#match(child, count);
  }

  #matchName(node: Node<T>, name: string, count: number): void {
    const exact = node.children.get(name);
    if (exact !== undefined) this.#arrive(exact, count + 1);
    if (!/[*?[]/.test(name)) return;
    const isFirst = !this.#names.slice(0, count).some((before) => /[*?[]/.test(before));
    if (isFirst && node !== this.#root) this.#listed.add(node);
    const test = compileName(name);
    if (test === undefined) {
      this.#take(node);
      return;
    }
    // BuildKit looks for matches without following links; what it has found it follows.
    const isLast = count + 1 === this.#names.length;
    for (const child of node.children.values()) {
      if (test(child.name) && (isLast || child.file === undefined)) this.#arrive(child, count + 1);
    }
  }

  #arrive(node: Node<T>, count: number): void {
    if (node.file?.kind !== 'link') {
      this.#match(node, count);
      return;
    }
    const { node: to, links } = followLink(this.#root, node, this.#targetOf);
    for (const link of links) this.#selected.add(link);
    if (to !== undefined) this.#match(to, count);
  }

  /** A file, or what is below a folder. */
  #take(node: Node<T>): void {
    if (node.file !== undefined) this.#selected.add(node.file);
    this.#takeBelow(node, '');
  }

  /** Whether anything of the folder was taken. */
  #takeBelow(folder: Node<T>, path: string): boolean {
    let some = false;
    for (const child of folder.children.values()) {
      const below = path === '' ? child.name : `${path}/${child.name}`;
      if (this.#isExcluded(below)) continue;
      if (child.file !== undefined) this.#selected.add(child.file);
      // BuildKit makes a folder whose files are all excluded, and only files bring it into the context.
      else if (!this.#takeBelow(child, below)) this.#takeAll(child);
      some = true;
    }
    return some;
  }

  #takeAll(folder: Node<T>): void {
    for (const child of folder.children.values()) {
      if (child.file === undefined) this.#takeAll(child);
      else this.#selected.add(child.file);
    }
  }
}

function filesBelow<T extends ContextFile>({ file, children }: Node<T>): readonly T[] {
  return [...(file === undefined ? [] : [file]), ...[...children.values()].flatMap(filesBelow)];
}

/** Patterns that BuildKit refuses exclude nothing: it says so itself. */
function excluder(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  try {
    const matcher = createMatcher(patterns.map((pattern) => pattern.trim()));
    return (path) => matcher.ignores(path);
  } catch (error) {
    if (error instanceof UserError) return () => false;
    throw error;
  }
}
