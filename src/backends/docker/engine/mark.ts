import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { EngineApi } from '../../../io/engine/api.ts';

/** Puts a file into a container, running or not, that tells who comes later what was done to it. It ends with the container. */
export async function putMark(
  container: string,
  path: string,
  content: string,
  engine: EngineApi,
): Promise<void> {
  const tar = pack();
  tar.entry({ name: path.slice(1), mode: 0o444, mtime: new Date(0) }, content);
  tar.finalize();
  await engine.json({
    method: 'PUT',
    path: `/containers/${encodeURIComponent(container)}/archive`,
    query: { path: '/' },
    upload: Readable.from(tar, { objectMode: false }),
  });
}
