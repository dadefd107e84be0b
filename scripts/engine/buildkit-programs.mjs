// The programs of BuildKit, compiled once for each release of BuildKit and of Go.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from './go-program.mjs';

const MODULE = 'github.com/moby/buildkit';
const PIN = fileURLToPath(new URL('../../src/data/buildkit.ts', import.meta.url));

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
export function ensureProgram(name, go) {
  const ldflags = `-s -w -X ${MODULE}/version.Version=${VERSION}`;
  return ensureGoProgram({ module: MODULE, version: VERSION, name, folder: 'buildkitd', ldflags }, go);
}
