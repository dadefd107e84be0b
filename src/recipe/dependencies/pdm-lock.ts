import { posix } from 'node:path';
import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { sha256 } from '../../oci/digest.ts';
import { normalizedName } from '../packages/project-name.ts';
import type { Toml } from '../toml.ts';
import { type Dependencies, type DependencyContext, lockKind } from './kind/kind.ts';
import { checkPin, gitRelease, hashesOf, indexOptions, installPins, type Pin } from './kind/pins.ts';
import {
  besideOf,
  locationOf,
  mountedRelease,
  readProjectLock,
  refuseFolder,
  refuseStale,
} from './kind/project-files.ts';
import { pythonJson } from './kind/python-json.ts';

/** https://pdm-project.org/latest/usage/lockfile/, as PDM writes it since 2.12. */
export const pdmLock = lockKind('pdm.lock', readLock);

function readLock(path: string, { tree }: DependencyContext, findings: Findings): Dependencies | undefined {
  const read = readProjectLock(path, tree, findings);
  if (read === undefined) return undefined;
  const { text, lock, source, project } = read;
  if (!isReadable(lock, path, findings)) return undefined;
  if (isStale(lock, project)) refuseStale(path, source, 'pdm lock', findings);

  // A package with extras is written a second time, for what they need; it is the same package.
  const packages = lock
    .tables('package')
    .filter((one) => one.texts('groups')?.includes('default') && !one.has('extras'));
  const pins = packages.map((one) => {
    const location = locationOf(path, text, `name = "${one.text('name')}"`);
    return findings.attempt(location, () => pinOf(one, path, location, findings));
  });
  const found = pins.filter((pin) => pin !== undefined);
  const specifiers = project.text('project', 'requires-python');
  return {
    install: found.length === 0 ? undefined : installPins(found, sources(project)),
    files: packages.flatMap((one) => archiveOf(one, path) ?? []),
    python: specifiers === undefined ? undefined : { specifiers, file: source },
    git: found.find(({ release }) => release.startsWith(' @ git+'))?.name,
  };
}

/** Without `inherit_metadata` a lock does not say which packages are for development alone. */
function isReadable(lock: Toml, path: string, findings: Findings): boolean {
  const version = lock.text('metadata', 'lock_version') ?? '';
  const isKnown = /^4\.(?:[4-9]|\d\d)/.test(version);
  if (isKnown && lock.texts('metadata', 'strategy')?.includes('inherit_metadata')) return true;
  findings.error(
    'lock-format',
    isKnown
      ? `"${path}" does not say which packages a run needs`
      : `"${path}" has the lock version "${version}", which is not supported`,
    {
      hint: 'run "pdm lock --strategy inherit_metadata" with PDM 2.12 or later and commit the result',
      at: { file: path },
    },
  );
  return false;
}

function pinOf(one: Toml, path: string, location: Location, findings: Findings): Pin | undefined {
  const name = one.text('name') ?? '';
  const local = localPath(one);
  const archive = archiveOf(one, path);
  if (local !== undefined && archive === undefined) {
    refuseFolder(name, local, location, findings);
    return undefined;
  }
  const files = one.tables('files').map((file) => ({
    file: file.text('file') ?? posix.basename(file.text('url') ?? ''),
    hash: file.text('hash') ?? '',
  }));
  return checkPin({
    name,
    release: archive === undefined ? releaseOf(one) : mountedRelease(archive),
    marker: one.text('marker'),
    hashes: one.has('git') ? [] : hashesOf(files),
  });
}

function releaseOf(one: Toml): string {
  const [git, url, subdirectory] = [one.text('git'), one.text('url'), one.text('subdirectory')];
  if (git !== undefined) return gitRelease(git, one.text('revision') ?? '', subdirectory);
  if (url !== undefined)
    return ` @ ${url}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
  return `==${one.text('version')}`;
}

/** Relative to the lock. */
function localPath(one: Toml): string | undefined {
  return one.text('path') ?? /^file:\/\/\/\$\{PROJECT_ROOT\}\/(.*)$/.exec(one.text('url') ?? '')?.[1];
}

/** A path that is a file, and not a folder of code. */
function archiveOf(one: Toml, path: string): string | undefined {
  const local = localPath(one);
  return local !== undefined && /\.(?:whl|zip|tar\.gz)$/.test(local) ? besideOf(path, local) : undefined;
}

/** The source with the name `pypi` stands in the place of PyPI. */
function sources(project: Toml): readonly string[] {
  return project.tables('tool', 'pdm', 'source').flatMap((source) =>
    indexOptions({
      url: source.text('url') ?? '',
      isFirst: source.text('name') === 'pypi',
      isLinks: source.text('type') === 'find_links',
      isTrusted: source.value('verify_ssl') === false,
    }),
  );
}

/** PDM's own hash of what it locks from, of both forms it has had; what cannot be computed is taken for current. */
function isStale(lock: Toml, project: Toml): boolean {
  const hash = lock.text('metadata', 'content_hash');
  if (hash === undefined || project.has('tool', 'pdm', 'workspace')) return false;
  const settings = project.table('tool', 'pdm');
  const resolution = settings.value('resolution') ?? {};
  const overrides = settings.value('resolution', 'overrides') ?? {};
  const texts = [{ resolution }, { overrides }].map((last) =>
    pythonJson({ ...lockedFrom(project), ...last }),
  );
  const hashes = texts.map((text) => (text === undefined ? undefined : sha256(text)));
  return !hashes.includes(undefined) && !hashes.some((one) => one === hash);
}

function lockedFrom(project: Toml): object {
  return {
    sources: project.value('tool', 'pdm', 'source') ?? [],
    dependencies: project.value('project', 'dependencies') ?? [],
    'dev-dependencies': devGroups(project),
    'optional-dependencies': project.value('project', 'optional-dependencies') ?? {},
    'requires-python': project.value('project', 'requires-python') ?? '',
  };
}

function devGroups(project: Toml): Readonly<Record<string, unknown>> {
  const groups: Record<string, unknown[]> = {};
  for (const table of [
    project.table('dependency-groups'),
    project.table('tool', 'pdm', 'dev-dependencies'),
  ]) {
    for (const key of table.keys()) {
      const name = normalizedName(key);
      const value = table.value(key);
      groups[name] = [...(groups[name] ?? []), ...(Array.isArray(value) ? value : [])];
    }
  }
  return groups;
}
