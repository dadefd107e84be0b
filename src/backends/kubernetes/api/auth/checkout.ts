import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { errnoOf } from '../../../../io/errno.ts';

/** undefined: there is no such file. */
export function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
