// Packs the command line as it is published to npm: the bundle with its schemas and licences, and no dependency, because the
// bundle has them inside. The first word is the folder for the package; its path is printed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What people install: `npx jobimg`. */
const NAME = 'jobimg';
const FILES = ['dist', 'schema', 'README.md', 'LICENSE'];

function packageJson() {
  const { version, description, license, repository, type, bin, engines } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const known = { name: NAME, version, description, license, repository, type, bin, engines };
  return { ...known, files: FILES.slice(0, 2) };
}

export function pack(folder) {
  const staged = mkdtempSync(join(tmpdir(), 'jobimg-package-'));
  try {
    for (const name of FILES) cpSync(join(ROOT, name), join(staged, name), { recursive: true });
    writeFileSync(join(staged, 'package.json'), `${JSON.stringify(packageJson(), undefined, 2)}\n`);
    mkdirSync(folder, { recursive: true });
    const { status, stdout } = spawnSync('npm', ['pack', '--json', '--pack-destination', resolve(folder)], {
      cwd: staged,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`npm pack ended with ${status}`);
    return join(resolve(folder), JSON.parse(stdout)[0].filename);
  } finally {
    rmSync(staged, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(pack(process.argv[2] ?? join(ROOT, 'build', 'package')));
}
