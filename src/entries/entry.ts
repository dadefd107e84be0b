import { CodeCache } from './chunks/code-cache.ts';
import { codeCacheFile } from './chunks/file.ts';
import { distFolder, loadChunksThrough } from './chunks/webpack.ts';

/** The one file that is bundled: each entry is loaded when it is called, so that none pays for another. */

const dist = distFolder();
if (dist !== undefined) {
  const cache = new CodeCache(codeCacheFile(process, dist));
  loadChunksThrough(cache, dist);
  process.on('exit', () => cache.save());
}

export async function action(): Promise<void> {
  const entry = await import('./action.ts');
  await entry.action();
}

export async function post(): Promise<void> {
  const entry = await import('./post.ts');
  await entry.post();
}

export async function cli(): Promise<void> {
  const entry = await import('./cli.ts');
  await entry.cli();
}

export async function verify(): Promise<void> {
  const entry = await import('./verify.ts');
  await entry.verifyAction();
}

export async function lock(): Promise<void> {
  const entry = await import('./lock.ts');
  await entry.lockAction();
}

export async function reap(): Promise<void> {
  const entry = await import('./reap.ts');
  await entry.reapAction();
}

export async function attach(): Promise<void> {
  const entry = await import('./attach.ts');
  await entry.attachAction();
}

export async function run(): Promise<void> {
  const entry = await import('./run.ts');
  await entry.runAction();
}

export async function comment(): Promise<void> {
  const entry = await import('./comment.ts');
  await entry.commentAction();
}

/** Stops a container at its deadline when nobody else is left to do it. */
export async function guard(): Promise<void> {
  const entry = await import('../backends/docker/deadline/guard.ts');
  await entry.guard();
}

/** A thread that packs code. */
export async function packer(): Promise<void> {
  const { packingThread } = await import('../source/packing-thread.ts');
  packingThread();
}
