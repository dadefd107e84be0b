// Remembers that `dist` is what the sources give, so that what was built or compared here is not bundled once more. It
// holds for the same bytes alone, of everything that goes in and of `dist` itself; a fresh clone remembers nothing.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The packages are those of the lock file: every script that needs them installs them first. */
const INPUTS = [
  'src',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** To be taken before anything is built: a source may change meanwhile. */
export function inputsHash(root = ROOT) {
  return hashOf(INPUTS, root);
}

export function isKnownResult(inputs, root = ROOT) {
  const file = fileIn(root);
  return existsSync(file) && readFileSync(file, 'utf8') === recordOf(inputs, root);
}

export function keepResult(inputs, root = ROOT) {
  writeFileSync(fileIn(root), recordOf(inputs, root));
}

function fileIn(root) {
  return join(root, 'build', 'dist-result');
}

function recordOf(inputs, root) {
  return `${process.version} ${inputs} ${hashOf(['dist'], root)}\n`;
}

function hashOf(paths, root) {
  const hash = createHash('sha256');
  for (const name of paths.flatMap((path) => filesBelow(path, root))) {
    const content = readFileSync(join(root, name));
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(path, root) {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(join(path, name), root));
}
