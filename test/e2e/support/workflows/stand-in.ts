import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIST } from '../jobimg.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const FOLDERS = ['attach', 'comment', 'lock', 'reap', 'run', 'verify'];

/**
 * This repository as `org/jobimg-action@v1`. Two things are not as they are published: `registry: auto` is a registry of the
 * tests, and `$/`, which act does not know, is the name and the tag.
 */
export async function writeStandIn(folder: string, registry: string): Promise<void> {
  const texts = ['action.yml', '.github/workflows/job.yml', ...FOLDERS.map((name) => `${name}/action.yml`)];
  for (const path of texts) {
    const target = join(folder, path);
    await mkdir(join(target, '..'), { recursive: true });
    await writeFile(target, replaced(await readFile(join(ROOT, path), 'utf8'), registry));
  }
  await cp(DIST, join(folder, 'dist'), { recursive: true });
}

function replaced(text: string, registry: string): string {
  return text
    .replace(/^(\s+registry:\n(?:\s+(?:description|type): .*\n)+\s+default: )auto$/m, `$1${registry}`)
    .replaceAll(/uses: \$\/([\w-]*)$/gm, (_, path) => `uses: org/jobimg-action${path && `/${path}`}@v1`);
}
