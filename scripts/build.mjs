// Builds `dist/`: tsc, ncc over `src/entries/entry.ts` and over the program that uploads, then all is minified, because what is loaded at
// start decides how fast the action starts and ncc minifies the first file only. `--check` compares instead, unless this
// very `dist` came of these very sources here before.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifySync } from '@swc/core';
import { compileOnce } from './compile-once.mjs';
import { inputsHash, isKnownResult, keepResult } from './dist-result.mjs';
import { embedTexts } from './text-module.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRIES = [
  'action',
  'post',
  'cli',
  'guard',
  'verify',
  'lock',
  'reap',
  'attach',
  'run',
  'comment',
  'packer',
];

const CHUNK = /^\d+\.index\.js$/;

/**
 * What packages of each bundle import and never call, so that it is left out. Of the action: what asks for ID tokens,
 * downloads and unpacks tools, asks Windows and macOS for their names, and writes JSON schemas. Of the program that uploads
 * artifacts: what finds and downloads them. What is also called has a name of its own in the `imports` of package.json.
 */
const UNUSED = {
  action: [
    '@actions/http-client',
    '@actions/http-client/lib/auth',
    '@actions/exec',
    // As zod asks for its own.
    '../core/json-schema-processors.js',
    '../core/to-json-schema.js',
  ],
  upload: [
    '@actions/github',
    '@actions/github/lib/utils',
    '@octokit/plugin-request-log',
    '@octokit/plugin-retry',
    'unzip-stream',
  ],
};

function run(tool, ...args) {
  const bin = join(ROOT, 'node_modules', tool);
  const { status } = spawnSync(process.execPath, [bin, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`${tool} ended with ${status}`);
}

function minify(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const file = join(folder, name);
    const options = { module: true, compress: { passes: 4 }, mangle: true, format: { comments: false } };
    const text = compileOnce(readFileSync(file, 'utf8'), (whole) => minifySync(whole, options).code);
    writeFileSync(file, `${CHUNK.test(name) ? scriptOf(text, name) : text}\n`);
  }
}

/** A chunk as the script that `src/entries/chunks` evaluates, in place of an ES module: both are strict. */
function scriptOf(text, name) {
  const parts = /^export const id=[^;]+;export const ids=([^;]+);export const modules=(\{.*\});?$/s.exec(
    text,
  );
  if (parts === null) throw new Error(`${name} is not a chunk as webpack writes them: ${text.slice(0, 200)}`);
  if (/\bimport[.(]/.test(text)) throw new Error(`${name} imports something, which a script cannot`);
  const [, ids, modules] = parts;
  return `"use strict";({ids:${ids},modules:${modules}});`;
}

/** One entry with all that it imports, in `folder`. */
function bundle(entry, folder, unused) {
  const words = ['build', entry, '-o', folder, '--license', 'licenses.txt', '-q'];
  run('@vercel/ncc/dist/ncc/cli.js', ...words, ...unused.flatMap((name) => ['--external', name]));
  const index = join(folder, 'index.js');
  const text = unused.reduce(withoutModule, readFileSync(index, 'utf8'));
  writeFileSync(index, withoutRequire(text));
}

/** An empty module in place of an external one. */
function withoutModule(text, name) {
  const lines = text.match(/^import \* as \w+ from "[^"]+";$/gm) ?? [];
  const line = lines.find((each) => each.endsWith(` from "${name}";`)) ?? '';
  const [, variable] = /^import \* as (\w+)/.exec(line) ?? [];
  const namespace = new RegExp(`\\b\\w*x\\(\\{[^{}]*\\b${variable}\\b[^{}]*\\}\\)`, 'g');
  const code = text.replace(line, '').replaceAll(namespace, '{}');
  if (variable === undefined || code.includes(variable)) throw new Error(`${name} could not be left out`);
  return code;
}

/** Modules of Node without a `createRequire` for each. */
function withoutRequire(text) {
  const name = '__WEBPACK_EXTERNAL_createRequire';
  return text
    .replaceAll(`${name}(import.meta.url)(`, 'builtin(')
    .replace(
      `import { createRequire as ${name} } from "module";`,
      'const builtin = process.getBuiltinModule;',
    );
}

/** A process of its own with a bundle of its own: it needs what the action's leaves out. */
function bundleUpload(folder) {
  const own = join(folder, 'upload');
  bundle('build/artifact/upload.js', own, UNUSED.upload);
  const chunks = readdirSync(own).filter((name) => CHUNK.test(name));
  if (chunks.length > 0) throw new Error(`the program that uploads has chunks: ${chunks.join(', ')}`);
  renameSync(join(own, 'index.js'), join(folder, 'upload.js'));
  renameSync(join(own, 'licenses.txt'), join(folder, 'upload-licenses.txt'));
  rmSync(own, { recursive: true });
}

/** Three lines each, so that all entries share the chunks and each loads only its own. */
function writeEntries(folder) {
  for (const name of ENTRIES) {
    const shebang = name === 'cli' ? '#!/usr/bin/env node\n' : '';
    const text = `${shebang}import { ${name} } from './index.js';\n\nawait ${name}();\n`;
    writeFileSync(join(folder, `${name}.js`), text, { mode: name === 'cli' ? 0o755 : 0o644 });
  }
}

/** The checks of the schema and of the documents read what this writes into `build`. */
function compile() {
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  embedTexts(join(ROOT, 'build'), join(ROOT, 'src'));
  importModulesOfYaml(join(ROOT, 'build'));
}

/** yaml gives Node CommonJS, which a bundle takes as a whole, and others the same as ES modules, of which it takes what is used. */
function importModulesOfYaml(folder) {
  const modules = join(ROOT, 'node_modules/yaml/browser/dist');
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'))) {
    const file = join(folder, name);
    const code = readFileSync(file, 'utf8');
    const path = relative(dirname(file), modules);
    // Of a namespace that another module exports, webpack would take the whole.
    const changed = code
      .replace(
        /^import \{ CST, (.* from 'yaml';)$/m,
        `import * as CST from '${path}/parse/cst.js';\nimport { $1`,
      )
      .replace("from 'yaml';", `from '${path}/index.js';`);
    if (changed !== code) writeFileSync(file, changed);
  }
}

/** Webpack's own way to load chunks, in whose place `src/entries/chunks` puts another one. */
function leaveOutChunkLoading(index) {
  const section = /\/\* webpack\/runtime\/import chunk loading \*\/[\s\S]*?\n\/\*{6}\/ \}\)\(\);/;
  const text = readFileSync(index, 'utf8');
  if (!section.test(text)) throw new Error(`${index} does not load chunks as webpack does`);
  writeFileSync(index, text.replace(section, ''));
}

function bundleAll(folder) {
  rmSync(folder, { recursive: true, force: true });
  bundle('build/entries/entry.js', folder, UNUSED.action);
  leaveOutChunkLoading(join(folder, 'index.js'));
  bundleUpload(folder);
  minify(folder);
  writeEntries(folder);
}

/** Made beside its place and moved there, so that there is no moment without a whole `dist`. */
function replace(folder) {
  const fresh = mkdtempSync(join(ROOT, 'build-'));
  const old = `${fresh}-old`;
  const inputs = inputsHash();
  compile();
  bundleAll(fresh);
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  chmodSync(folder, 0o755);
  rmSync(old, { recursive: true, force: true });
  keepResult(inputs);
}

function filesOf(folder) {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

function check() {
  const inputs = inputsHash();
  compile();
  if (isKnownResult(inputs)) return;
  const fresh = mkdtempSync(join(tmpdir(), 'jobimg-dist-'));
  bundleAll(fresh);
  const [now, then] = [filesOf(fresh), filesOf(join(ROOT, 'dist'))];
  rmSync(fresh, { recursive: true });
  const stale = [...new Set([...now.keys(), ...then.keys()])].filter(
    (name) => now.get(name) !== then.get(name),
  );
  if (stale.length === 0) return keepResult(inputs);
  console.error(`dist is not what the sources give, run \`npm run build\`: ${stale.join(', ')}`);
  process.exitCode = 1;
}

if (process.argv.includes('--check')) check();
else replace(join(ROOT, 'dist'));
