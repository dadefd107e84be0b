// `node scripts/readme-example.mjs <folder>`: a repository with the README's first spec, for the workflow that runs it.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const folder = process.argv[2];
if (!folder) throw new Error('Usage: node scripts/readme-example.mjs <folder>');
const spec = /```yaml spec\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[1];
if (!spec) throw new Error('The README has no spec.');

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'jobimg.yml'), spec);
for (const file of ['requirements.txt', 'train.py']) {
  copyFileSync(join(ROOT, 'examples/train', file), join(folder, file));
}
