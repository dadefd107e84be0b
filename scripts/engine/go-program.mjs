// A program of a Go module, compiled once for each release of it and of Go.
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.mjs';
import { goEnv } from './go.mjs';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';
import { say } from './say.mjs';

const DOWNLOAD_TIMEOUT_MS = 300_000;
const COMPILE_TIMEOUT_MS = 15 * 60_000;

/**
 * @typedef {object} GoProgram
 * @property {string} module
 * @property {string} version `v1.2.3`
 * @property {string} name below `./cmd/`
 * @property {string} folder of the cache
 * @property {string} ldflags
 */

/**
 * @param {GoProgram} program
 * @param {string} go the release of Go
 * @returns {Promise<string>} the file
 */
export async function ensureGoProgram(program, go) {
  const { version, name, folder } = program;
  const file = join(cacheDir(folder, `${version}-${go}`), name);
  if (existsSync(file)) return file;
  return withLock(`compile-${name}`, async () => {
    if (!existsSync(file)) await compile(program, file, go);
    return file;
  });
}

/**
 * In the module's own folder, because `go install <module>@<version>` refuses a
 * module with exclude directives.
 */
async function compile(program, file, go) {
  const { version, name, folder, ldflags } = program;
  say(`compiling ${name} ${version} with ${go} (minutes, once)`);
  const env = await goEnv(go);
  const source = await download(program, env);
  const temporary = mkdtempSync(join(cacheDir(folder), 'tmp-'));
  try {
    const out = join(temporary, name);
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ldflags];
    await command('go', ['build', ...flags, '-o', out, `./cmd/${name}`], {
      env,
      cwd: source,
      timeoutMs: COMPILE_TIMEOUT_MS,
    });
    renameSync(out, file);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @returns {Promise<string>} the module's folder */
async function download({ module, version }, env) {
  const options = { env, cwd: '/', timeoutMs: DOWNLOAD_TIMEOUT_MS };
  const { stdout } = await command('go', ['mod', 'download', '-json', `${module}@${version}`], options);
  return JSON.parse(stdout).Dir;
}
