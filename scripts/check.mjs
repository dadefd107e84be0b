// `npm run check`: everything that can be said of the sources without running them. All of it runs, and all that
// is wrong is told.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './install.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');

/** dependency-cruiser wants a newer Node than the oldest one that the command line runs on. */
async function newerNode() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  await import('./typescript.mjs');
  const { ensureNode24 } = await import('../test/engine/machine/node24.ts');
  return await ensureNode24();
}

ensurePackages();
const node = await newerNode();
const CHECKS = [
  ['format and lint', join(BIN, 'biome'), 'check', '--error-on-warnings', '.'],
  ['programs in Python', process.execPath, 'scripts/lint-python.mjs'],
  ['types', join(BIN, 'tsc'), '--noEmit'],
  ['dependency directions', node, join(BIN, 'depcruise'), 'src'],
  ['unused code', join(BIN, 'knip')],
  ['dist is current', process.execPath, 'scripts/build.mjs', '--check'],
  ['schema is current', process.execPath, 'scripts/write-schema.mjs', '--check'],
  ['docs are current', process.execPath, 'scripts/write-docs.mjs', '--check'],
  ['tables of what tests show are current', process.execPath, 'scripts/write-shown.mjs', '--check'],
  ['every package has a hash', process.execPath, 'scripts/check-lock.mjs'],
  ['the owner has one name', process.execPath, 'scripts/owner.mjs', '--check'],
  ['workflows', process.execPath, 'scripts/lint-workflows.mjs'],
];

let failed = 0;
for (const [name, command, ...args] of CHECKS) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  // A check that left something out says so even when it found nothing.
  const output = status === 0 ? (stdout.match(/^.*left out: .*$/gm) ?? []).join('\n') : stdout + stderr;
  if (output !== '') console.log(output);
  if (status === 0) continue;
  failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
