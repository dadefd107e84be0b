import { rm } from 'node:fs/promises';

/**
 * Removes a file or a whole folder, if it is there. Where work that broke off in parallel, or a child of a process
 * that was killed, still writes into the folder, it is not empty when its turn comes: it is tried again.
 */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}
