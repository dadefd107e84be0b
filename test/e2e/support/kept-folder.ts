import { join } from 'node:path';
import { runFolder } from '../../../src/host/runs/run-folder.ts';

/** The folder in which a state folder below `root` has the run. */
export function keptFolder(root: string, id: string | undefined): string {
  return runFolder(join(root, 'state/runs'), { id: id ?? '' }, new Date(0));
}
