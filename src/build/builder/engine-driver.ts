import { join } from 'node:path';
import * as z from 'zod';
import { dockerFolder, requiredFolder } from '../../io/fs/folders.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import { readJson } from '../../json.ts';

/** What buildx keeps of the builder that `docker buildx use` has named. */
const Current = z.object({ Name: z.string() });

/**
 * Whether a build goes to the engine itself: to the builder of its context, which buildx takes where nobody has chosen
 * another one. It is read where buildx keeps it, since to ask buildx takes as long as the answer saves. What cannot be
 * read is not known, and false.
 */
export async function buildsInEngine(name: string | undefined, env: Variables): Promise<boolean> {
  const wanted = name ?? (env['BUILDX_BUILDER'] || undefined);
  if (wanted !== undefined) return wanted === 'default';
  const folder = requiredFolder(env, 'BUILDX_CONFIG') ?? join(dockerFolder(env), 'buildx');
  const text = await readTextFile(join(folder, 'current'));
  if (text === undefined) return true;
  const chosen = readJson(Current, text)?.Name;
  return chosen === '' || chosen === 'default';
}
