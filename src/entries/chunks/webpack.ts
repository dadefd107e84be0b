import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeCache } from './code-cache.ts';

/** The runtime that webpack and ncc write into a bundle: https://webpack.js.org/api/module-variables/ */
declare const __webpack_require__: {
  /** The folder of the bundle. */
  readonly ab: string;
  /** Ways to load a chunk; `j` is the one for JavaScript. */
  readonly f: { j: (chunk: number) => void };
  /** Modules by id. */
  readonly m: Record<number, unknown>;
  /** The name of a chunk's file. */
  readonly u: (chunk: number) => string;
};

/** What the file of a chunk evaluates to: its id and those of the chunks in it, and its modules. */
interface Chunk {
  readonly ids: readonly number[];
  readonly modules: Readonly<Record<number, unknown>>;
}

/** undefined: this is no bundle, and Node loads the modules itself. */
export function distFolder(): string | undefined {
  return typeof __webpack_require__ === 'undefined' ? undefined : __webpack_require__.ab;
}

/** Chunks are scripts and no ES modules, because V8 takes compiled code with a script alone. */
export function loadChunksThrough(cache: CodeCache, folder: string): void {
  const loaded = new Set<number>();
  __webpack_require__.f.j = (id) => {
    if (loaded.has(id)) return;
    const file = join(folder, __webpack_require__.u(id));
    const script = cache.compile(id, readFileSync(file), pathToFileURL(file).href);
    const { ids, modules } = script.runInThisContext() as Chunk;
    Object.assign(__webpack_require__.m, modules);
    for (const each of ids) loaded.add(each);
  };
}
