// The programs of the cluster: compiled from the Go module proxy, once for their sources and a release of Go.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goReleaseOtherThan } from '../../../scripts/engine/go.mjs';
import { cacheDir } from '../../../scripts/engine/paths.mjs';

export const SOURCES = fileURLToPath(new URL('../program', import.meta.url));

export interface Programs {
  readonly folder: string;
  /** Every part of Kubernetes, etcd, and our own parts. */
  readonly kubernetes: string;
  /** What waits until it is told to end. */
  readonly pause: string;
  /** An archive with the image of the first process of each pod. */
  readonly pauseImage: string;
}

export function programsIn(folder: string): Programs {
  return {
    folder,
    kubernetes: join(folder, 'kubernetes'),
    pause: join(folder, 'pause'),
    pauseImage: join(folder, 'pause.tar'),
  };
}

/** Undefined where they were not compiled; `whyMissing` says why. */
export async function findPrograms(): Promise<Programs | undefined> {
  const go = await goRelease();
  const folder = go ? folderFor(go) : compiledByAnyGo();
  return folder !== undefined && existsSync(folder) ? programsIn(folder) : undefined;
}

/** The release that compiles them; undefined where there is no Go. */
export function goRelease(): Promise<string | undefined> {
  return goReleaseOtherThan('');
}

export function folderFor(go: string): string {
  return join(cacheDir('kubernetes'), `${sourcesHash()}-${go}`);
}

function compiledByAnyGo(): string | undefined {
  const name = readdirSync(cacheDir('kubernetes')).find((entry) => entry.startsWith(`${sourcesHash()}-go`));
  return name && join(cacheDir('kubernetes'), name);
}

/** What the last try to compile them said, one line. */
export function whyMissing(): string {
  const file = missingFile();
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  return 'the programs were not compiled on this machine: npm run kubernetes -- compile';
}

export function missingFile(): string {
  return join(cacheDir('kubernetes'), `${sourcesHash()}.missing`);
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(go|mod|sum)$/.test(path)) continue;
    const text = readFileSync(join(SOURCES, path));
    hash.update(`${path} ${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 16);
}
