// The programs of BuildKit, compiled once for each release of BuildKit and of Go.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.mjs';
import { goEnv } from './go.mjs';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';
import { say } from './say.mjs';

const MODULE = 'github.com/moby/buildkit';
const PIN = fileURLToPath(new URL('../../src/data/buildkit.ts', import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 300_000;
const COMPILE_TIMEOUT_MS = 15 * 60_000;

/** The release that the builder of the action is pinned to: `v0.32.2`. */
export const VERSION = pinnedRelease();

function pinnedRelease() {
  const release = /moby\/buildkit:(v\d+\.\d+\.\d+)/.exec(readFileSync(PIN, 'utf8'))?.[1];
  if (!release) throw new Error(`${PIN} names no release of moby/buildkit.`);
  return release;
}

/**
 * @param {'buildkitd' | 'buildctl'} name
 * @param {string} go the release of Go
 * @returns {Promise<string>} the file
 */
export async function ensureProgram(name, go) {
  const file = join(cacheDir('buildkitd', `${VERSION}-${go}`), name);
  if (existsSync(file)) return file;
  return withLock(`compile-${name}`, async () => {
    if (!existsSync(file)) await compile(name, file, go);
    return file;
  });
}

/**
 * In the module's own folder, because `go install <module>@<version>` refuses a
 * module with exclude directives.
 */
async function compile(name, file, go) {
  say(`compiling ${name} ${VERSION} with ${go} (minutes, once)`);
  const env = await goEnv(go);
  const source = await download(env);
  const temporary = mkdtempSync(join(cacheDir('buildkitd'), 'tmp-'));
  try {
    const out = join(temporary, name);
    const flags = [
      '-trimpath',
      '-buildvcs=false',
      '-ldflags',
      `-s -w -X ${MODULE}/version.Version=${VERSION}`,
    ];
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
async function download(env) {
  const options = { env, cwd: '/', timeoutMs: DOWNLOAD_TIMEOUT_MS };
  const { stdout } = await command('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`], options);
  return JSON.parse(stdout).Dir;
}
