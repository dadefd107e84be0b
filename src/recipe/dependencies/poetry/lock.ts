import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { pythonVersions } from '../../packages/poetry-versions.ts';
import type { Toml } from '../../toml.ts';
import { type Dependencies, type DependencyContext, lockKind } from '../kind/kind.ts';
import { checkPin, gitRelease, hashesOf, indexOptions, installPins, type Pin } from '../kind/pins.ts';
import {
  besideOf,
  locationOf,
  mountedRelease,
  readProjectLock,
  refuseFolder,
  refuseStale,
} from '../kind/project-files.ts';
import { noteGroups } from './groups.ts';
import { isStale } from './hash.ts';
import { type LockedPackage, neededPackages } from './walk.ts';

/** https://python-poetry.org/docs/basic-usage/#installing-dependencies */
export const poetryLock = lockKind('poetry.lock', readLock);

function readLock(path: string, { tree }: DependencyContext, findings: Findings): Dependencies | undefined {
  const read = readProjectLock(path, tree, findings);
  if (read === undefined) return undefined;
  const { text, lock, source, project } = read;
  if (!isReadable(lock, path, findings)) return undefined;
  if (isStale(lock, project)) refuseStale(path, source, 'poetry lock', findings);

  noteGroups(project, path, findings);
  const needed = hasGroups(lock) ? groupPackages(lock) : neededPackages(lock, project);
  const pins = needed.map((each) => {
    const location = locationOf(path, text, `name = "${each.one.text('name')}"`);
    return findings.attempt(location, () => pinOf(each, { lock, path, location, findings }));
  });
  const found = pins.filter((pin) => pin !== undefined);
  const packages = needed.map(({ one }) => one);
  const archives = packages.filter((one) => one.text('source', 'type') === 'file');
  const versions = lock.text('metadata', 'python-versions');
  const specifiers = versions === undefined ? '' : pythonVersions(versions);
  return {
    install: found.length === 0 ? undefined : installPins(found, indexes(packages, project)),
    files: archives.map((one) => fileOf(one, path)),
    python: specifiers === '' ? undefined : { specifiers, file: source },
    git: found.find(({ release }) => release.startsWith(' @ git+'))?.name,
  };
}

function versionOf(lock: Toml): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = (lock.text('metadata', 'lock-version') ?? '').split('.').map(Number);
  return [major, minor];
}

function isReadable(lock: Toml, path: string, findings: Findings): boolean {
  const [major] = versionOf(lock);
  if (major === 1 || major === 2) return true;
  const version = lock.text('metadata', 'lock-version') ?? '';
  findings.error('lock-format', `"${path}" has the lock version "${version}", which is not supported`, {
    hint: 'run "poetry lock" with Poetry 2 and commit the result',
    at: { file: path },
  });
  return false;
}

/** Since 2.1 a lock says of each package who needs it and when. */
function hasGroups(lock: Toml): boolean {
  const [major, minor] = versionOf(lock);
  return major === 2 && minor >= 1;
}

function groupPackages(lock: Toml): readonly LockedPackage[] {
  const packages = lock.tables('package').filter((one) => one.texts('groups')?.includes('main'));
  return packages.map((one) => ({ one, marker: markerOf(one) }));
}

interface PinContext {
  readonly lock: Toml;
  readonly path: string;
  readonly location: Location;
  readonly findings: Findings;
}

function pinOf(
  { one, marker }: LockedPackage,
  { lock, path, location, findings }: PinContext,
): Pin | undefined {
  const name = one.text('name') ?? '';
  const url = one.text('source', 'url') ?? '';
  const type = one.text('source', 'type');
  if (type === 'directory') {
    refuseFolder(name, url, location, findings);
    return undefined;
  }
  // Before 2.0 they stand together at the end.
  const listed = one.has('files') ? one.tables('files') : lock.tables('metadata', 'files', name);
  const files = listed.map((file) => ({ file: file.text('file') ?? '', hash: file.text('hash') ?? '' }));
  const hashes = type === 'git' ? [] : hashesOf(files);
  return checkPin({ name, release: releaseOf(one, type, url, path), marker, hashes });
}

function releaseOf(one: Toml, type: string | undefined, url: string, path: string): string {
  const subdirectory = one.text('source', 'subdirectory');
  if (type === 'git') return gitRelease(url, one.text('source', 'resolved_reference') ?? '', subdirectory);
  if (type === 'url') return ` @ ${url}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
  if (type === 'file') return mountedRelease(fileOf(one, path));
  return `==${one.text('version')}`;
}

function fileOf(one: Toml, path: string): string {
  return besideOf(path, one.text('source', 'url') ?? '');
}

/** One text for all groups, or one for each. */
function markerOf(one: Toml): string | undefined {
  return typeof one.value('markers') === 'string' ? one.text('markers') : one.text('markers', 'main');
}

/** A first source of the project's own stands in the place of PyPI, any other one beside it. */
function indexes(packages: readonly Toml[], project: Toml): readonly string[] {
  const used = packages
    .filter((one) => one.text('source', 'type') === 'legacy')
    .map((one) => one.text('source', 'url') ?? '');
  const sources = project.tables('tool', 'poetry', 'source');
  const primary = sources.filter((source) =>
    ['primary', 'default'].includes(source.text('priority') ?? 'primary'),
  );
  const hasPypi = primary.length === 0 || primary.some((source) => /^pypi$/i.test(source.text('name') ?? ''));
  const first = hasPypi ? undefined : primary[0]?.text('url')?.replace(/\/$/, '');
  return [...new Set(used)]
    .sort()
    .flatMap((url) => indexOptions({ url, isFirst: url.replace(/\/$/, '') === first }));
}
