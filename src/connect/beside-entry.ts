import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of `dist`, where the entry that was started stands too. */
export function besideEntry(name: string): string {
  return join(dirname(realpathSync(process.argv[1] ?? '')), name);
}
