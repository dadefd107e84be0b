import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from '../../run/owner-process.ts';
import { errnoOf } from '../errno.ts';
import { removeTree } from '../remove-tree.ts';
import { ownProcess, startedAt } from './own-process.ts';

/** What a process makes below a temporary folder begins with this, so that it is known whose it was. */
export function temporaryPrefix(owner: Owner = ownProcess()): string {
  return `jobimg-${owner.pid}-${digits(owner.namespace)}-${digits(owner.started)}-`;
}

/** Removes what processes of this user that were killed have left: no credentials outlive them for long. */
export async function removeLeftovers(temporary: string, self: Owner = ownProcess()): Promise<void> {
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    if (isOfDead(name, self) && (await isOwnFolder(path))) await removeTree(path);
  }
}

/**
 * In another set of process numbers, such as that of a container, the number says nothing here. Nothing but the whole
 * prefix is ours: somebody's `jobimg-2026-results` stays.
 */
function isOfDead(name: string, self: Owner): boolean {
  const [, pid, namespace, started] = /^jobimg-(\d+)-(\d+)-(\d+)-/.exec(name) ?? [];
  if (pid === undefined || namespace !== digits(self.namespace)) return false;
  const now = startedAt(Number(pid));
  return now === undefined || digits(now) !== started;
}

/** A temporary folder may be everybody's. */
async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isDirectory() && stats.uid === (process.getuid?.() ?? stats.uid);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function digits(text: string): string {
  return text.replace(/\D/g, '') || '0';
}
