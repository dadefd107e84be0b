import { UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { alternatives, pepVersions, pythonVersions } from '../../packages/poetry-versions.ts';
import { type Toml, viewOf } from '../../toml.ts';
import { declaredDependencies } from '../kind/declared.ts';
import type { Dependencies } from '../kind/kind.ts';
import { onlyReadBy, refuseSources } from '../kind/only-tool.ts';
import { gitRelease } from '../kind/pins.ts';

/** `[tool.poetry.dependencies]` in the words of pip: https://python-poetry.org/docs/dependency-specification/ */
export function poetryDependencies(toml: Toml, path: string, findings: Findings): Dependencies | undefined {
  const location = { file: path };
  const table = toml.table('tool', 'poetry', 'dependencies');
  const names = table.keys().filter((name) => name.toLowerCase() !== 'python');
  const lines = names.map((name) =>
    findings.attempt(location, () => requirementsOf(name, table.value(name), path)),
  );
  const python = findings.attempt(location, () => pythonOf(table, toml));
  const indexes = findings.attempt(location, () => {
    refuseSources(toml, 'poetry');
    return true;
  });
  const requirements = lines.filter((line) => line !== undefined);
  if (requirements.length < names.length || python === undefined || indexes === undefined) return undefined;
  const specifiers = python === '' ? undefined : python;
  return declaredDependencies({ path, specifiers, requirements: requirements.flat() }, findings);
}

function pythonOf(table: Toml, toml: Toml): string {
  return pythonVersions(table.text('python') ?? toml.text('project', 'requires-python') ?? '');
}

/** A text, a table, or a list of tables for several conditions. */
function requirementsOf(name: string, value: unknown, path: string): readonly string[] {
  if (typeof value === 'string') return [`${name}${pepVersions(value)}`];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => requirementsOf(name, item, path));
  const table = viewOf(value, path);
  if (table.value('optional') === true) return [];
  const local = table.text('path') ?? table.text('file');
  if (local !== undefined) throw localFolder(name, local);
  const source = table.text('source');
  if (source !== undefined) throw onlyReadBy('poetry', `"${name}" comes from the source "${source}"`);
  if (table.value('allow-prereleases') === true) throw onlyReadBy('poetry', `"${name}" may be a pre-release`);
  const extras = table.texts('extras') ?? [];
  const condition = markerOf(table);
  const suffix = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return [`${name}${suffix}${releaseOf(table)}${condition === '' ? '' : ` ; ${condition}`}`];
}

function localFolder(name: string, folder: string): UserError {
  return new UserError(
    `the package "${name}" is the folder or file "${folder}", which is not in the image yet when packages are installed`,
    {
      code: 'local-requirement',
      hint: 'install it after the code: image: { setup: [pip install --no-deps ./folder] }, and leave it out here',
    },
  );
}

function releaseOf(table: Toml): string {
  const [git, url] = [table.text('git'), table.text('url')];
  if (url !== undefined) return ` @ ${url}`;
  if (git === undefined) return pepVersions(table.text('version') ?? '*');
  const revision = table.text('rev') ?? table.text('tag') ?? table.text('branch');
  return gitRelease(git, revision, table.text('subdirectory'));
}

/** The conditions of a dependency, as one marker; nothing when there is none. */
export function markerOf(table: Toml): string {
  const [markers, platform, python] = [table.text('markers'), table.text('platform'), table.text('python')];
  const clauses = [
    ...(markers === undefined ? [] : [markers]),
    ...(python === undefined ? [] : pythonClauses(python)),
    ...(platform === undefined ? [] : [`sys_platform == "${platform}"`]),
  ];
  return clauses.length === 1 ? (clauses[0] ?? '') : clauses.map((clause) => `(${clause})`).join(' and ');
}

function pythonClauses(python: string): readonly string[] {
  const sets = alternatives(python).map((set) =>
    pepVersions(set).split(',').filter(Boolean).map(pythonClause),
  );
  const [only = [], ...others] = sets;
  return others.length === 0 ? only : [sets.map((set) => `(${set.join(' and ')})`).join(' or ')];
}

/** `>=3.9`, as a marker says it. */
function pythonClause(clause: string): string {
  const [, operator = '', version = ''] = /^([<>=!~]+)(.*)$/.exec(clause) ?? [];
  const name =
    version.split('.').length > 2 && !version.endsWith('*') ? 'python_full_version' : 'python_version';
  return `${name} ${operator} "${version}"`;
}
