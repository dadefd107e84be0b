import { attempt, type Notes, problem } from '../notes.ts';
import { readToml, type Toml } from '../toml.ts';
import { declaredDependencies } from './declared.ts';
import { baseName, type Dependencies, type DependencyKind } from './kind.ts';

const NAME = 'pyproject.toml';

/** `[project]` with static dependencies: https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
export const pyproject: DependencyKind = {
  name: NAME,
  lock: false,
  find({ tree }, notes) {
    const toml = attempt(notes, { file: NAME }, () => readToml(tree, NAME));
    return toml?.has('project') || toml?.has('tool', 'poetry', 'dependencies') ? NAME : undefined;
  },
  owns: (path) => baseName(path) === NAME,
  read(path, { tree }, notes) {
    return attempt(notes, { file: path }, () => {
      const toml = readToml(tree, path);
      return toml === undefined ? missing(path, notes) : readProject(toml, path, notes);
    });
  },
};

export function missing(path: string, notes: Notes): undefined {
  problem(notes, {
    code: 'file-not-found',
    message: `"${path}" does not exist`,
    hint: 'commit it, or name another file',
  });
}

function readProject(toml: Toml, path: string, notes: Notes): Dependencies | undefined {
  const refusal = refusalOf(toml);
  if (refusal !== undefined) {
    problem(notes, { code: 'dependencies-not-static', ...refusal, location: { file: path } });
    return undefined;
  }
  const specifiers = toml.text('project', 'requires-python');
  return declaredDependencies(
    { path, specifiers, requirements: toml.texts('project', 'dependencies') ?? [] },
    notes,
  );
}

function refusalOf(toml: Toml): { readonly message: string; readonly hint: string } | undefined {
  if (toml.texts('project', 'dynamic')?.includes('dependencies')) {
    return {
      message: 'the dependencies of the project are dynamic: only its build tool knows them',
      hint: 'list them under "dependencies", or write a requirements.txt',
    };
  }
  if (toml.has('tool', 'uv', 'sources') || toml.has('tool', 'uv', 'index')) {
    return {
      message: 'the project says where packages come from in a way that only uv reads ("tool.uv")',
      hint: 'run "uv lock" and commit uv.lock',
    };
  }
  if (!toml.has('project', 'dependencies') && toml.has('tool', 'poetry', 'dependencies')) {
    return {
      message: 'the dependencies of the project are written as only Poetry reads them',
      hint: 'run "poetry export --output requirements.txt", or list them under "project.dependencies"',
    };
  }
  return undefined;
}
