import { posix } from 'node:path';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { readToml } from '../../toml.ts';
import { declaredDependencies } from '../kind/declared.ts';
import { baseName, type Dependencies, type DependencyContext, type DependencyKind } from '../kind/kind.ts';
import { besideOf, missing } from '../kind/project-files.ts';
import { requirementLines, sectionOf } from './cfg.ts';
import { readBySetup, runText } from './run.ts';

const NAMES = ['setup.py', 'setup.cfg'];

/** What setuptools installs: https://setuptools.pypa.io/en/latest/userguide/dependency_management.html */
export const setupPy: DependencyKind = {
  name: 'setup.py',
  lock: false,
  find,
  owns: (path) => NAMES.includes(baseName(path)),
  read: (path, { tree }, findings) => findings.attempt({ file: path }, () => readSetup(path, tree, findings)),
};

/** A `setup.cfg` is often there for other tools alone. */
function find({ tree }: DependencyContext, findings: Findings): string | undefined {
  if (tree.has('setup.py')) return 'setup.py';
  return findings.attempt({ file: 'setup.cfg' }, () => optionsOf('setup.cfg', tree).size)
    ? 'setup.cfg'
    : undefined;
}

function optionsOf(path: string, tree: Tree): ReadonlyMap<string, string> {
  return sectionOf(tree.text(path) ?? '', 'options');
}

/** `setup.cfg` says it without being run; what `setup.py` says itself stands before it. */
export function readSetup(path: string, tree: Tree, findings: Findings): Dependencies | undefined {
  if (!tree.has(path)) return missing(path, findings);
  const [program, config] = [besideOf(path, 'setup.py'), besideOf(path, 'setup.cfg')];
  const text = tree.text(program);
  const options = optionsOf(config, tree);
  const value = options.get('install_requires') ?? '';
  const specifiers = pythonOf(text) ?? options.get('python_requires');
  const isStatic = text === undefined || !text.includes('install_requires');
  if (isStatic && !/^\s*file:/.test(value) && !isDynamic(path, tree)) {
    return declaredDependencies(
      { path: config, specifiers, requirements: requirementLines(value) },
      findings,
    );
  }
  const files = readBySetup(path, tree);
  return {
    install: runText(posix.dirname(path), files, buildRequirements(path, tree)),
    open: { requirements: [], read: files },
    files,
    python:
      specifiers === undefined ? undefined : { specifiers, file: text === undefined ? config : program },
  };
}

/** `setup()` without any, in a program that works them out, is found by running it. */
function isDynamic(path: string, tree: Tree): boolean {
  const text = tree.text(besideOf(path, 'setup.py'));
  return text !== undefined && /\*\*\s*[A-Za-z_]/.test(text);
}

function pythonOf(text: string | undefined): string | undefined {
  return /\bpython_requires\s*=\s*(["'])([^"'\n]+)\1/.exec(text ?? '')?.[2];
}

/** Of later releases than this project, setuptools may no longer run what it runs today. */
const SETUPTOOLS = 'setuptools==80.9.0';

function buildRequirements(path: string, tree: Tree): readonly string[] {
  const required = readToml(tree, besideOf(path, 'pyproject.toml'))?.texts('build-system', 'requires');
  const own = required ?? [];
  return own.some((one) => /^setuptools\b/i.test(one)) ? own : [SETUPTOOLS, ...own];
}
