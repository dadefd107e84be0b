import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { sha256 } from '../../oci/digest.ts';
import { parseJson } from '../json.ts';
import { readToml, type Toml } from '../toml.ts';
import { type Dependencies, type DependencyContext, lockKind } from './kind/kind.ts';
import { checkPin, gitRelease, indexOptions, installPins, type Pin } from './kind/pins.ts';
import {
  besideOf,
  locationOf,
  missing,
  mountedRelease,
  refuseFolder,
  refuseStale,
} from './kind/project-files.ts';
import { pythonJson } from './kind/python-json.ts';

/** https://pipenv.pypa.io/en/latest/pipfile.html */
export const pipfileLock = lockKind('Pipfile.lock', readLock);

function readLock(path: string, { tree }: DependencyContext, findings: Findings): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, findings);
  const lock = parseJson(text, path);
  if (lock.value('_meta', 'pipfile-spec') !== 6) {
    findings.error('lock-format', `"${path}" has a format that is not supported`, {
      hint: 'run "pipenv lock" with a current pipenv and commit the result',
      at: { file: path },
    });
    return undefined;
  }
  const source = besideOf(path, 'Pipfile');
  const pipfile = readToml(tree, source);
  if (pipfile !== undefined && isStale(lock, pipfile)) refuseStale(path, source, 'pipenv lock', findings);

  const packages = lock.keys('default').map((name) => ({ name, entry: lock.table('default', name) }));
  const pins = packages.map(({ name, entry }) => {
    const location = locationOf(path, text, `"${name}": {`);
    return findings.attempt(location, () => pinOf(name, entry, path, location, findings));
  });
  const found = pins.filter((pin) => pin !== undefined);
  for (const { name } of found.filter(({ release }) => release === ''))
    warnOfOpenVersion(name, path, findings);
  return {
    install: found.length === 0 ? undefined : installPins(found, sources(lock)),
    files: packages.flatMap(({ entry }) => archiveOf(entry, path) ?? []),
    python: pythonOf(lock, path),
    git: found.find(({ release }) => release.startsWith(' @ git+'))?.name,
  };
}

function pinOf(
  name: string,
  entry: Toml,
  path: string,
  location: Location,
  findings: Findings,
): Pin | undefined {
  const local = localPath(entry);
  const archive = archiveOf(entry, path);
  if (local !== undefined && archive === undefined) {
    refuseFolder(name, local, location, findings);
    return undefined;
  }
  return checkPin({
    name,
    release: archive === undefined ? releaseOf(entry) : mountedRelease(archive),
    marker: entry.text('markers'),
    hashes: entry.has('git') ? [] : (entry.texts('hashes') ?? []),
  });
}

function releaseOf(entry: Toml): string {
  const [git, file] = [entry.text('git'), entry.text('file')];
  if (git !== undefined) return gitRelease(git, entry.text('ref') ?? '', entry.text('subdirectory'));
  if (file !== undefined) return ` @ ${file}`;
  const version = entry.text('version') ?? '*';
  return version === '*' ? '' : version;
}

/** pipenv writes so what the system that made the lock had no use for. */
function warnOfOpenVersion(name: string, path: string, findings: Findings): void {
  findings.warning('open-versions', `"${name}" has no version in ${path}: a rebuild may get another one`, {
    hint: 'run "pipenv lock" on Linux, or leave the package out',
    at: { file: path },
  });
}

/** Relative to the lock. */
function localPath(entry: Toml): string | undefined {
  const file = entry.text('file');
  return entry.text('path') ?? (file?.includes('://') ? undefined : file);
}

function archiveOf(entry: Toml, path: string): string | undefined {
  const local = localPath(entry);
  return local !== undefined && /\.(?:whl|zip|tar\.gz)$/.test(local) ? besideOf(path, local) : undefined;
}

/** The first source stands in the place of PyPI. */
function sources(lock: Toml): readonly string[] {
  return lock.tables('_meta', 'sources').flatMap((source, index) =>
    indexOptions({
      url: source.text('url') ?? '',
      isFirst: index === 0,
      isTrusted: source.value('verify_ssl') === false,
    }),
  );
}

function pythonOf(lock: Toml, file: string): Dependencies['python'] {
  const full = lock.text('_meta', 'requires', 'python_full_version');
  const version = lock.text('_meta', 'requires', 'python_version');
  if (full !== undefined) return { specifiers: `==${full}`, file };
  return version === undefined || version === '*' ? undefined : { specifiers: `==${version}.*`, file };
}

const OWN_TABLES = [
  'source',
  'packages',
  'dev-packages',
  'requires',
  'scripts',
  'pipfile',
  'pipenv',
  'default',
  'develop',
];

/** pipenv's own hash of a Pipfile; what cannot be computed is taken for current. */
function isStale(lock: Toml, pipfile: Toml): boolean {
  const hash = lock.text('_meta', 'hash', 'sha256');
  const categories = pipfile.keys().filter((key) => !OWN_TABLES.includes(key));
  const content = {
    _meta: {
      sources: pipfile.value('source'),
      requires: pipfile.value('requires') ?? {},
    },
    default: pipfile.value('packages') ?? {},
    develop: pipfile.value('dev-packages') ?? {},
    ...Object.fromEntries(categories.map((key) => [key, pipfile.value(key)])),
  };
  const text = pythonJson(content, [',', ':']);
  return hash !== undefined && text !== undefined && sha256(text) !== `sha256:${hash}`;
}
