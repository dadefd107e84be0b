/**
 * What the code costs: hashing 100,000 small files beside `find | sha256sum`, scanning and packing 2,000 files of
 * 9 MB, and the peak memory of packing 1 GB. `node test/bench/source.mjs [hash|pack|memory]`
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'source-bench-'));

async function main() {
  const names = process.argv.slice(2);
  try {
    const { createSource } = await import(entry);
    for (const [name, measure] of Object.entries({ hash, pack, memory })) {
      if (names.length === 0 || names.includes(name)) await measure(createSource);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What the code of `src/source` imports. */
const NEEDED = ['src/source', 'src/recipe', 'src/oci', 'src/errors.ts'];

/** The sources as Node of any version runs them: each file compiled beside its neighbours. */
async function compiled() {
  const out = mkdtempSync(join(root, 'node_modules', '.bench-'));
  process.on('exit', () => rmSync(out, { recursive: true, force: true }));
  const files = execFileSync('find', [...NEEDED, '-name', '*.ts'], { cwd: root, encoding: 'utf8' });
  for (const file of files.trim().split('\n')) {
    const { code } = await transformFile(join(root, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const target = join(out, file.replace(/\.ts$/, '.mjs'));
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, code.replace(/(['"])(\.{1,2}\/[^'"]*)\.ts\1/g, '$1$2.mjs$1'));
  }
  return join(out, 'src/source/source.mjs');
}

async function exec(command, args, { cwd } = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return { code: status ?? -1, stdout, stderr };
}

function walked(git = false) {
  return { kind: 'walked', folder: '', ignore: ['**/.git', '**/__pycache__', '**/.venv'], git, include: [] };
}

async function timed(label, run) {
  const started = performance.now();
  const result = await run();
  console.log(`${label}: ${(performance.now() - started).toFixed(0)} ms`);
  return result;
}

async function hash(createSource) {
  const folder = makeFiles('many', 100_000, (index) => 200 + ((index * 7_919) % 1_800));
  const source = createSource({ root: folder, exec, tempFolder: work });
  const sums = () =>
    spawnSync('sh', ['-c', 'find . -type f -print0 | xargs -0 sha256sum > /dev/null'], { cwd: folder });
  for (let round = 0; round < 3; round += 1) {
    await timed('100,000 files, find | xargs sha256sum', sums);
    await timed('100,000 files, scan', () => source.scan(walked()));
  }
  await exec('git', ['init', '-q', '.'], { cwd: folder });
  for (let round = 0; round < 2; round += 1) {
    await timed('100,000 files, git ls-files alone', () =>
      exec('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: folder }),
    );
    await timed('100,000 files, scan with git', () => source.scan(walked(true)));
  }
}

async function pack(createSource) {
  const folder = makeFiles('code', 2_000, () => 4_500);
  await exec('git', ['init', '-q', '.'], { cwd: folder });
  const source = createSource({ root: folder, exec, tempFolder: work });
  for (let round = 0; round < 3; round += 1) {
    const files = walked(true);
    const { entries } = await timed('2,000 files of 9 MB, scan', () => source.scan(files));
    const layer = await timed('2,000 files of 9 MB, pack', () =>
      source.pack({ files, entries, folder: '/workspace' }),
    );
    console.log(`  ${layer.size} bytes`);
  }
}

/** In a process of its own, in which nothing of this script counts. */
async function memory() {
  const folder = join(work, 'large');
  mkdirSync(folder);
  for (const name of ['noise', 'text']) writeLarge(join(folder, name), 500, name === 'noise');
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', CHILD, entry, folder, work], {
    encoding: 'utf8',
  });
  console.log(child.stdout + child.stderr);
}

const CHILD = `
  const [entry, root, tempFolder] = process.argv.slice(1);
  const { createSource } = await import(entry);
  const source = createSource({ root, tempFolder });
  const files = { kind: 'walked', folder: '', ignore: [], git: false, include: [] };
  let started = performance.now();
  const { entries } = await source.scan(files);
  console.log('1 GB, scan: ' + (performance.now() - started).toFixed(0) + ' ms');
  started = performance.now();
  const layer = await source.pack({ files, entries, folder: '/workspace' });
  console.log('1 GB, pack: ' + (performance.now() - started).toFixed(0) + ' ms, ' + layer.size + ' bytes');
  for await (const chunk of layer.open());
  console.log('peak memory: ' + (process.resourceUsage().maxRSS / 1024).toFixed(0) + ' MB');
`;

function makeFiles(name, count, sizeOf) {
  const folder = join(work, name);
  for (let index = 0; index < count; index += 1) {
    const inside = join(folder, `d${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `f${index}.py`), code(index, sizeOf(index)));
  }
  return folder;
}

/** Text that compresses about as well as source code. */
function code(seed, size) {
  let text = '';
  for (let line = 0; text.length < size; line += 1) {
    const word = createHash('md5').update(`${seed} ${line}`).digest('hex');
    text += `    self.layer_${word.slice(0, 6)} = nn.Linear(${word.charCodeAt(7)}, hidden, bias=False)\n`;
  }
  return text.slice(0, size);
}

function writeLarge(path, megabytes, noise) {
  const file = openSync(path, 'w');
  for (let index = 0; index < megabytes; index += 1) {
    writeSync(file, noise ? noiseOf(index) : code(index, 1_000_000));
  }
  closeSync(file);
}

function noiseOf(seed) {
  const parts = Array.from({ length: 15_625 }, (_, index) =>
    createHash('sha512').update(`${seed} ${index}`).digest(),
  );
  return Buffer.concat(parts);
}

const entry = await compiled();
await main();
