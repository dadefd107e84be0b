// The programs of BuildKit, compiled once for each release of BuildKit and of Go.
import { BUILDKIT_IMAGE } from '../../../src/data/buildkit.ts';
import { ensureGoProgram } from '../go/go-program.ts';

const MODULE = 'github.com/moby/buildkit';

/** The release that the builder of the action is pinned to: `v0.32.2`. */
export const VERSION = pinnedRelease();

function pinnedRelease(): string {
  const release = /:(v\d+\.\d+\.\d+)/.exec(BUILDKIT_IMAGE)?.[1];
  if (!release) throw new Error(`${BUILDKIT_IMAGE} names no release.`);
  return release;
}

/** Where the sources of those are that do not stand below `cmd`. */
const PACKAGES = {
  buildkitd: {},
  buildctl: {},
  'dockerfile-frontend': { package: 'frontend/dockerfile/cmd/dockerfile-frontend' },
} as const;

/** The file; `go` is the release that compiles it. */
export function ensureProgram(name: keyof typeof PACKAGES, go: string): Promise<string> {
  const ldflags = `-s -w -X ${MODULE}/version.Version=${VERSION}`;
  const program = { module: MODULE, version: VERSION, name, folder: 'buildkitd', ldflags };
  return ensureGoProgram({ ...program, ...PACKAGES[name] }, go);
}
