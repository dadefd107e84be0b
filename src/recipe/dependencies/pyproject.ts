import type { Findings } from '../../findings.ts';
import { readToml, type Toml, viewOf } from '../toml.ts';
import { declaredDependencies } from './kind/declared.ts';
import { baseName, type Dependencies, type DependencyContext, type DependencyKind } from './kind/kind.ts';
import { onlyReadBy, refuseSources } from './kind/only-tool.ts';
import { besideOf, missing } from './kind/project-files.ts';
import { poetryDependencies } from './poetry/project.ts';
import { readFiles, requirements } from './requirements.ts';
import { readSetup } from './setup/py.ts';
import { withSources } from './uv/sources.ts';

const NAME = 'pyproject.toml';

/** `[project]` with static dependencies: https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
export const pyproject: DependencyKind = {
  name: NAME,
  lock: false,
  find({ tree }, findings) {
    const toml = findings.attempt({ file: NAME }, () => readToml(tree, NAME));
    return toml?.has('project') || toml?.has('tool', 'poetry', 'dependencies') ? NAME : undefined;
  },
  owns: (path) => baseName(path) === NAME,
  read(path, context, findings) {
    return findings.attempt({ file: path }, () => {
      const toml = readToml(context.tree, path);
      return toml === undefined ? missing(path, findings) : readProject(toml, path, context, findings);
    });
  },
};

function readProject(
  toml: Toml,
  path: string,
  context: DependencyContext,
  findings: Findings,
): Dependencies | undefined {
  const isDynamic = toml.texts('project', 'dynamic')?.includes('dependencies') === true;
  const isPoetry = toml.has('tool', 'poetry', 'dependencies');
  if (isPoetry && (isDynamic || !toml.has('project', 'dependencies'))) {
    return poetryDependencies(toml, path, findings);
  }
  const specifiers = toml.text('project', 'requires-python');
  if (isDynamic) return readDynamic(toml, path, context, findings);
  refuseOtherPlaces(toml);
  const requirements = withSources(toml, toml.texts('project', 'dependencies') ?? [], 'uv lock');
  return declaredDependencies({ path, specifiers, requirements }, findings);
}

/** Where Poetry takes a package from that `[project]` only names: https://python-poetry.org/docs/dependency-specification/#projectdependencies-and-toolpoetrydependencies */
const POETRY_PLACES = ['source', 'path', 'file', 'git', 'url'];

/** A package of the same name would come from PyPI. */
function refuseOtherPlaces(toml: Toml): void {
  refuseSources(toml, 'pdm');
  refuseSources(toml, 'poetry');
  const table = toml.table('tool', 'poetry', 'dependencies');
  const placed = table.keys().find((name) => [table.value(name)].flat().some(hasPlace));
  if (placed !== undefined) {
    throw onlyReadBy('poetry', `"${placed}" comes from a place in "tool.poetry.dependencies"`);
  }
}

function hasPlace(dependency: unknown): boolean {
  return POETRY_PLACES.some((place) => viewOf(dependency, NAME).has(place));
}

/**
 * Of setuptools and of hatch's reader of requirements files:
 * https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata
 */
function filesOf(toml: Toml): readonly string[] {
  const hatch = toml.table('tool', 'hatch', 'metadata', 'hooks', 'requirements_txt');
  const named = [
    toml.value('tool', 'setuptools', 'dynamic', 'dependencies', 'file'),
    hatch.value('files'),
    hatch.value('filename'),
  ];
  return named.flat().filter((name) => typeof name === 'string');
}

/** setuptools reads them of files, or of its own older ones. */
function readDynamic(
  toml: Toml,
  path: string,
  context: DependencyContext,
  findings: Findings,
): Dependencies | undefined {
  const specifiers = toml.text('project', 'requires-python');
  const python = specifiers === undefined ? undefined : { specifiers, file: path };
  const named = filesOf(toml).map((name) => besideOf(path, name));
  const [file, ...others] = named;
  if (file !== undefined) {
    const found =
      others.length === 0 ? requirements.read(file, context, findings) : readFiles(named, context, findings);
    return found && { ...found, python };
  }
  const setup = ['setup.py', 'setup.cfg']
    .map((name) => besideOf(path, name))
    .find((name) => context.tree.has(name));
  if (setup !== undefined) {
    const found = readSetup(setup, context.tree, findings);
    return found && { ...found, python: python ?? found.python };
  }
  findings.error(
    'dependencies-not-static',
    'the dependencies of the project are dynamic: only its build tool knows them',
    { hint: 'list them under "dependencies", or write a requirements.txt', at: { file: path } },
  );
  return undefined;
}
