// What earlier runs left in a private engine is removed once it slows the engine down.
import { spawn } from 'node:child_process';
import { renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDir } from '../machine/paths.ts';

const DATABASE_LIMIT = 64 * 1024 * 1024;

/**
 * Every run leaves images behind, and containerd opens its whole database before it answers: an engine whose database is
 * larger than the limit begins anew. Its files are removed in the background, for there may be a million of them.
 */
export function dropFullStore(data: string): void {
  const database = join(data, 'containerd/io.containerd.metadata.v1.bolt/meta.db');
  const size = statSync(database, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= DATABASE_LIMIT) return;
  const full = join(cacheDir('removed'), `${basename(data)}-${process.pid}`);
  renameSync(data, full);
  spawn('rm', ['-rf', '--one-file-system', full], { detached: true, stdio: 'ignore' }).unref();
}
