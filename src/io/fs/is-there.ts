import { access } from 'node:fs/promises';

/** Whether something can be reached at a path, a link being followed; whatever stands in the way is a no. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
