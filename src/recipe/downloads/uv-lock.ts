import type { Toml } from '../toml.ts';
import { markerHolds } from './marker.ts';
import { packageFiles, sizeFor } from './package-files.ts';
import type { Downloads, Target } from './target.ts';

/** What `uv sync --no-dev` fetches of a lock of a project, or of a script: what is reached from there for certain. */
export function uvDownloads(lock: Toml): Downloads {
  return (target) => {
    const found = reached(lock, target);
    return found.reduce((sum, one) => sum + sizeFor(packageFiles(one), target), 0);
  };
}

function reached(lock: Toml, target: Target): readonly Toml[] {
  const packages = lock.tables('package');
  const named = byName(packages);
  const project = packages.find(isProject);
  const found = new Set<Toml>();
  const followed = new Set<string>();
  const waiting = [...lock.tables('manifest', 'requirements'), ...(project?.tables('dependencies') ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const one = wanted(next, named, target);
    if (one === undefined) continue;
    found.add(one);
    const parts = ['', ...extrasOf(next)].filter((part) => isNew(keyOf(one, part), followed));
    waiting.push(...parts.flatMap((part) => dependenciesOf(one, part)));
  }
  return [...found];
}

/** In a package it is `extra`, in the requirements of a script `extras`. */
function extrasOf(dependency: Toml): readonly string[] {
  return dependency.texts('extra') ?? dependency.texts('extras') ?? [];
}

function isNew(key: string, known: Set<string>): boolean {
  if (known.has(key)) return false;
  known.add(key);
  return true;
}

function keyOf(one: Toml, part: string): string {
  return JSON.stringify([one.text('name'), one.text('version'), part]);
}

/** Of a package itself, or of an extra of it. */
function dependenciesOf(one: Toml, extra: string): readonly Toml[] {
  return extra === '' ? one.tables('dependencies') : one.tables('optional-dependencies', extra);
}

/** Of one name there are several packages where versions differ by platform. */
type PackagesByName = ReadonlyMap<string, readonly Toml[]>;

function byName(packages: readonly Toml[]): PackagesByName {
  const named = new Map<string, Toml[]>();
  for (const one of packages) {
    const name = one.text('name') ?? '';
    named.set(name, [...(named.get(name) ?? []), one]);
  }
  return named;
}

/** uv writes where its packages come from: the project itself is the folder of the lock. */
function isProject(one: Toml): boolean {
  return ['editable', 'virtual', 'directory'].some((kind) => one.text('source', kind) === '.');
}

/** The package that a dependency means; undefined when it may not be installed, or when it may be one of several. */
function wanted(dependency: Toml, named: PackagesByName, target: Target): Toml | undefined {
  const marker = dependency.text('marker') ?? dependency.text('markers');
  if (marker !== undefined && markerHolds(marker, target) !== true) return undefined;
  const version = dependency.text('version');
  const candidates = named.get(dependency.text('name') ?? '') ?? [];
  const [first, ...others] = candidates.filter(
    (one) => version === undefined || one.text('version') === version,
  );
  return others.length === 0 ? first : undefined;
}
