import type { Finding } from '../errors.ts';
import type { Tree } from '../jobspec/file/tree.ts';
import type { Layer } from '../oci/types.ts';
import type { CodeLayer, FileEntry } from '../plan/plan.ts';
import type { FileSet } from '../recipe/recipe.ts';

/** The repository on this machine. */
export interface Source {
  readonly tree: Tree;
  /** From now on every file is read, and every layer packed, whatever is remembered of earlier calls. */
  readAnew(): void;
  /** The files of a set, sorted by path (byte order), each hashed; findings are for what was left out or looks wrong. `what`: "the code". */
  scan(
    files: FileSet,
    what?: string,
  ): Promise<{
    readonly entries: readonly FileEntry[];
    readonly findings: readonly Finding[];
    /** Paths of scripts with the line ends of Windows. */
    readonly windowsScripts: readonly string[];
  }>;
  /** Each layer as a gzip blob, whose bytes depend on nothing but the layer. Fails when a file changed since it was scanned. */
  pack(layers: readonly CodeLayer[]): Promise<readonly Layer[]>;
  /** No layer that was packed is read any more: what of them lies on the disk is removed. */
  release(): void;
  /** The same tar, uncompressed, for a container or a build context; entries of several layers in one. */
  tar(
    layers: readonly CodeLayer[],
    extra?: readonly { readonly path: string; readonly content: string }[],
  ): AsyncIterable<Uint8Array>;
}
