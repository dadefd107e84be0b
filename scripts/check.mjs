// `npm run check`: everything that can be said of the sources without running them. All of it runs, and all that
// is wrong is told.
import { execFile } from 'node:child_process';
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
/** Two at a time. What the second ones compare comes from what the first of them compiles. */
const LANES = [
  [
    ['format and lint', join(BIN, 'biome'), 'check', '--error-on-warnings', '.'],
    // Ruff is WebAssembly that runs for a moment: V8 would take ten times as long to optimize it.
    ['programs in Python', process.execPath, '--liftoff-only', 'scripts/lint-python.mjs'],
    // What did not change since the last check of this clone, and imports nothing that did, is not read again.
    ['types', join(BIN, 'tsc'), '--noEmit', '--incremental', '--tsBuildInfoFile', 'build/types.tsbuildinfo'],
    ['dependency directions', node, join(BIN, 'depcruise'), 'src'],
    ['unused code', join(BIN, 'knip'), '--cache', '--cache-location', 'build/knip'],
    ['every package has a hash', process.execPath, 'scripts/check-lock.mjs'],
    ['the owner has one name', process.execPath, 'scripts/owner.mjs', '--check'],
    ['workflows', process.execPath, 'scripts/lint-workflows.mjs'],
  ],
  [
    ['dist is current', process.execPath, 'scripts/build.mjs', '--check'],
    ['schema is current', process.execPath, 'scripts/write-schema.mjs', '--check'],
    ['docs are current', process.execPath, 'scripts/write-docs.mjs', '--check'],
    ['tables of what tests show are current', process.execPath, 'scripts/write-shown.mjs', '--check'],
  ],
];

const results = await Promise.all(LANES.map(checkEach));
process.exitCode = results.flat().every(Boolean) ? 0 : 1;

async function checkEach(checks) {
  const passed = [];
  for (const check of checks) passed.push(await passes(check));
  return passed;
}

async function passes([name, command, ...args]) {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const { error, stdout, stderr } = await new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
  console.log(`${error === null ? 'ok  ' : 'FAIL'} ${name}`);
  // A check that left something out says so even when it found nothing.
  const output = error === null ? (stdout.match(/^.*left out: .*$/gm) ?? []).join('\n') : stdout + stderr;
  if (output !== '') console.log(output);
  if (typeof error?.code === 'string') console.log(error.message);
  return error === null;
}
