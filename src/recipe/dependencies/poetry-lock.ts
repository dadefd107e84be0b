import { sha256 } from '../../oci/digest.ts';
import { attempt, type Notes, problem } from '../notes.ts';
import { pythonJson } from '../python-json.ts';
import type { Tree } from '../recipe.ts';
import { parseToml, readToml, type Toml } from '../toml.ts';
import { besideOf, missing, mountedRelease, placeOf, refuseFolder, refuseStale } from './beside.ts';
import { baseName, type Dependencies, type DependencyKind, firstFile } from './kind.ts';
import { checkPin, gitRelease, hashesOf, indexOptions, installPins, type Pin } from './pins.ts';
import { pepVersions } from './poetry-versions.ts';

const NAME = 'poetry.lock';

/** Of Poetry 2, which says of each package who needs it and when: https://python-poetry.org/docs/basic-usage/ */
export const poetryLock: DependencyKind = {
  name: NAME,
  lock: true,
  find: (look) => firstFile(look, [NAME]),
  owns: (path) => baseName(path) === NAME,
  read: (path, { tree }, notes) => attempt(notes, { file: path }, () => readLock(path, tree, notes)),
};

function readLock(path: string, tree: Tree, notes: Notes): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, notes);
  const source = besideOf(path, 'pyproject.toml');
  const project = readToml(tree, source);
  if (project === undefined) return missing(source, notes);
  const lock = parseToml(text, path);
  if (!isReadable(lock, path, notes)) return undefined;
  if (isStale(lock, project)) refuseStale(path, source, 'poetry lock', notes);

  const packages = lock.tables('package').filter((one) => one.texts('groups')?.includes('main'));
  const pins = packages.map((one) => {
    const location = placeOf(path, text, `name = "${one.text('name')}"`);
    return attempt(notes, location, () => pinOf(one, path, () => location, notes));
  });
  const found = pins.filter((pin) => pin !== undefined);
  const files = packages
    .filter((one) => one.text('source', 'type') === 'file')
    .map((one) => fileOf(one, path));
  const versions = lock.text('metadata', 'python-versions');
  const specifiers = versions === undefined ? '' : pepVersions(versions);
  return {
    install: found.length === 0 ? undefined : installPins(found, indexes(packages, project)),
    files,
    python: specifiers === '' ? undefined : { specifiers, file: source },
    git: found.find(({ release }) => release.startsWith(' @ git+'))?.name,
  };
}

/** Before 2.1 a lock does not say which packages are for development alone. */
function isReadable(lock: Toml, path: string, notes: Notes): boolean {
  const version = lock.text('metadata', 'lock-version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major === 2 && minor >= 1) return true;
  const age = major > 2 ? 'newer than what is understood' : 'too old to say which packages a run needs';
  problem(notes, {
    code: 'lock-format',
    message: `"${path}" has the lock version "${version ?? ''}", which is ${age}`,
    hint:
      major > 2
        ? 'run "poetry export --output requirements.txt" and write image: { requirements: requirements.txt }'
        : 'run "poetry lock" with Poetry 2 and commit the result',
    location: { file: path },
  });
  return false;
}

function pinOf(
  one: Toml,
  path: string,
  place: () => ReturnType<typeof placeOf>,
  notes: Notes,
): Pin | undefined {
  const name = one.text('name') ?? '';
  const url = one.text('source', 'url') ?? '';
  const type = one.text('source', 'type');
  if (type === 'directory') {
    refuseFolder(name, url, place(), notes);
    return undefined;
  }
  const files = one.tables('files').map((file) => ({
    file: file.text('file') ?? '',
    hash: file.text('hash') ?? '',
  }));
  return checkPin({
    name,
    release: releaseOf(one, type, url, path),
    marker: markerOf(one),
    hashes: type === 'git' ? [] : hashesOf(files),
  });
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

const PROJECT_KEYS = ['requires-python', 'dependencies', 'optional-dependencies'];
const OLD_KEYS = ['dependencies', 'source', 'extras', 'dev-dependencies'];

/** Poetry's own `content-hash`, of both forms it has had; what cannot be computed is taken for current. */
function isStale(lock: Toml, project: Toml): boolean {
  const hash = lock.text('metadata', 'content-hash');
  const hashes = [true, false].map((withGroups) => contentHash(project, withGroups));
  return hash !== undefined && !hashes.includes(undefined) && !hashes.includes(hash);
}

function contentHash(project: Toml, withGroups: boolean): string | undefined {
  const own = pick(project.table('project'), PROJECT_KEYS);
  const groups = withGroups ? (project.value('dependency-groups') ?? {}) : {};
  const isNew = Object.keys(own).length + Object.keys(groups).length > 0;
  const tool = project.table('tool', 'poetry');
  const missingKeys = isNew ? {} : Object.fromEntries(OLD_KEYS.map((key) => [key, null]));
  const poetry = { ...missingKeys, ...pick(tool, [...OLD_KEYS, 'group']) };
  const content = {
    ...(Object.keys(own).length === 0 ? {} : { project: own }),
    ...(Object.keys(groups).length === 0 ? {} : { 'dependency-groups': groups }),
    tool: { poetry },
  };
  const text = pythonJson(isNew ? content : poetry);
  return text === undefined ? undefined : sha256(text).slice('sha256:'.length);
}

function pick(toml: Toml, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.filter((key) => toml.has(key)).map((key) => [key, toml.value(key)]));
}
