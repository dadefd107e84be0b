import { posix } from 'node:path';
import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { pylockDownloads } from '../../downloads/pylock.ts';
import { parseToml, type Toml } from '../../toml.ts';
import { baseName, type Dependencies, type DependencyContext, type DependencyKind } from '../kind/kind.ts';
import { checkPin, gitRelease, hashesOf, indexOptions, installPins, type Pin } from '../kind/pins.ts';
import {
  besideOf,
  locationOf,
  missing,
  mountedRelease,
  mountedUrl,
  refuseFolder,
} from '../kind/project-files.ts';
import { chosenMarker, requireEnvironment } from './markers.ts';

/** https://packaging.python.org/en/latest/specifications/pylock-toml/ */
export const pylock: DependencyKind = {
  name: 'pylock.toml',
  lock: true,
  find,
  owns: (path) => isName(baseName(path)),
  read: (path, { tree }, findings) => findings.attempt({ file: path }, () => readLock(path, tree, findings)),
};

function isName(name: string): boolean {
  return /^pylock(?:\.[^.]+)?\.toml$/.test(name);
}

function find({ tree }: DependencyContext, findings: Findings): string | undefined {
  const names = tree.list('').filter(isName);
  const [first, ...others] = names;
  if (first === undefined || others.length === 0 || names.includes('pylock.toml')) {
    return names.includes('pylock.toml') ? 'pylock.toml' : first;
  }
  findings.error('two-locks', `there are several locks: ${names.map((name) => `"${name}"`).join(', ')}`, {
    hint: `choose one: image: { requirements: ${first} }`,
    at: { file: first },
  });
  return undefined;
}

function readLock(path: string, tree: Tree, findings: Findings): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, findings);
  const lock = parseToml(text, path);
  if (!isReadable(lock, path, findings)) return undefined;

  const groups = lock.texts('default-groups') ?? [];
  const packages = lock.tables('packages').flatMap((one) => {
    const marker = chosenMarker(one.text('marker'), groups);
    return marker === false || isOwnFolder(one) ? [] : [{ one, marker }];
  });
  const pins = packages.map(({ one, marker }) => {
    const location = locationOf(path, text, `name = "${one.text('name')}"`);
    return findings.attempt(location, () => pinOf(one, marker, { path, location, findings }));
  });
  const found = pins.filter((pin) => pin !== undefined);
  const specifiers = lock.text('requires-python');
  const sources = packages.flatMap(({ one }) => sourcesOf(one, path));
  const [first, ...more] = installPins(found, [...new Set(sources)].sort());
  const guard = requireEnvironment(lock.texts('environments') ?? [], path);
  return {
    install: first === undefined ? undefined : [[...guard, first].join('\n'), ...more],
    files: packages.flatMap(({ one }) => localFiles(one, path)),
    python: specifiers === undefined ? undefined : { specifiers, file: path },
    downloads: pylockDownloads(packages),
    git: found.find(({ release }) => release.startsWith(' @ git+'))?.name,
  };
}

function isReadable(lock: Toml, path: string, findings: Findings): boolean {
  const version = lock.text('lock-version') ?? '';
  if (/^1\.\d+$/.test(version)) return true;
  findings.error('lock-format', `"${path}" has the lock version "${version}", which is not supported`, {
    hint: 'create it with the lock version 1.0',
    at: { file: path },
  });
  return false;
}

/** Tools write the project itself into its lock: it is the code. */
function isOwnFolder(one: Toml): boolean {
  return one.has('directory') && ['.', './', ''].includes(one.text('directory', 'path') ?? '');
}

interface PinContext {
  readonly path: string;
  readonly location: Location;
  readonly findings: Findings;
}

function pinOf(
  one: Toml,
  marker: string | undefined,
  { path, location, findings }: PinContext,
): Pin | undefined {
  const name = one.text('name') ?? '';
  if (one.has('directory')) {
    refuseFolder(name, one.text('directory', 'path') ?? '', location, findings);
    return undefined;
  }
  const files = one.has('archive') ? [one.table('archive')] : filesOf(one);
  const hashes = files.map((file) => ({ file: fileName(file), hash: hashOf(file) }));
  return checkPin({ name, release: releaseOf(one, path), marker, hashes: hashesOf(hashes) });
}

function releaseOf(one: Toml, path: string): string {
  if (one.has('vcs')) {
    const commit = one.text('vcs', 'commit-id') ?? '';
    return gitRelease(one.text('vcs', 'url') ?? '', commit, one.text('vcs', 'subdirectory'));
  }
  if (!one.has('archive')) return `==${one.text('version')}`;
  const local = one.text('archive', 'path');
  if (local !== undefined) return mountedRelease(besideOf(path, local));
  const subdirectory = one.text('archive', 'subdirectory');
  return ` @ ${one.text('archive', 'url')}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
}

function filesOf(one: Toml): readonly Toml[] {
  return [...(one.has('sdist') ? [one.table('sdist')] : []), ...one.tables('wheels')];
}

/** One hash proves as much as several. */
function hashOf(file: Toml): string {
  const name = ['sha256', 'sha512', 'sha384'].find((one) => file.has('hashes', one)) ?? 'sha256';
  return `${name}:${file.text('hashes', name)}`;
}

function fileName(file: Toml): string {
  return file.text('name') ?? posix.basename(file.text('url') ?? file.text('path') ?? '');
}

/** Files of the index that pip is set to need no word; what lies elsewhere is named. */
function sourcesOf(one: Toml, path: string): readonly string[] {
  const index = one.text('index');
  if (index !== undefined) return indexOptions({ url: index, isFirst: false });
  return filesOf(one).flatMap((file) => {
    const [local, url] = [file.text('path'), file.text('url')];
    if (local !== undefined) return [`--find-links ${mountedUrl(posix.dirname(besideOf(path, local)))}`];
    return url === undefined || isOfPypi(url) ? [] : indexOptions({ url, isFirst: false, isLinks: true });
  });
}

/** PyPI keeps each file below its own hash, and so do its mirrors. */
function isOfPypi(url: string): boolean {
  return /\/packages\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{60}\/[^/]+$/.test(url);
}

function localFiles(one: Toml, path: string): readonly string[] {
  const files = one.has('archive') ? [one.table('archive')] : filesOf(one);
  return files.flatMap((file) => {
    const local = file.text('path');
    return local === undefined ? [] : [besideOf(path, local)];
  });
}
