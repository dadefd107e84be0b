import { posix } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { PIP_INSTALL, PYTHON_SETTINGS, SOURCE_MOUNT, VENV } from '../../pip.ts';
import { shellWord } from '../../shell.ts';
import { besideOf } from '../kind/project-files.ts';

const ALWAYS = ['setup.py', 'setup.cfg', 'pyproject.toml'];
const QUOTED = /(["'])([^"'\n\\]{1,200})\1(?:\s*,\s*(["'])([^"'\n\\]{1,200})\3)*/g;
const IMPORTED = /^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)/gm;

/** Files that a `setup.py` reads, as far as its text names them: they are mounted beside it. */
export function readBySetup(path: string, tree: Tree): readonly string[] {
  const text = tree.text(besideOf(path, 'setup.py')) ?? '';
  const config = tree.text(besideOf(path, 'setup.cfg')) ?? '';
  const names = [...ALWAYS, ...quotedPaths(text), ...importedPaths(text), ...namedInConfig(config)];
  const paths = names
    .filter((name) => !posix.isAbsolute(name) && !name.split('/').includes('..'))
    .map((name) => besideOf(path, posix.normalize(name)));
  return [...new Set(paths)].filter((one) => isText(one, tree)).sort();
}

/** A text of moderate size; what is named beside, say data and folders, is none that a setup.py reads. */
function isText(path: string, tree: Tree): boolean {
  try {
    return tree.text(path) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** `open("README.md")`, and `os.path.join("pkg", "version.py")`. */
function quotedPaths(text: string): readonly string[] {
  return [...text.matchAll(QUOTED)].flatMap(([whole]) => {
    const parts = [...whole.matchAll(/(["'])([^"'\n\\]*)\1/g)].map((match) => match[2] ?? '');
    return [...parts, parts.join('/')];
  });
}

function importedPaths(text: string): readonly string[] {
  return [...text.matchAll(IMPORTED)].flatMap(([, module = '']) => {
    const parts = module.split('.');
    const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return folders.flatMap((one) => [`${one}.py`, `${one}/__init__.py`]);
  });
}

/** `file: README.md, CHANGES.md` */
function namedInConfig(text: string): readonly string[] {
  const lists = [...text.matchAll(/[=:]\s*file:\s*(.+)$/gm)].map((match) => match[1] ?? '');
  return lists.flatMap((list) => list.split(',').map((name) => name.trim()));
}

const FOLDER = '/tmp/jobimg-setup';
/** No requirement begins with a dash, so none of them can end the list. */
const END = '--end--';

/** Nothing is built: setuptools stops when it has read what the project says of itself. */
const PROGRAM = [
  'import os, sys',
  'sys.path.insert(0, os.getcwd())',
  'import setuptools',
  'from distutils.core import run_setup',
  'answer, sys.stdout = sys.stdout, sys.stderr',
  "program = 'setup.py'",
  'if not os.path.exists(program):',
  "    open(program, 'w').write('import setuptools; setuptools.setup()')",
  "found = run_setup(program, stop_after='config').install_requires or []",
  'lines = found.splitlines() if isinstance(found, str) else [str(line) for line in found]',
  "answer.write(''.join(line + chr(10) for line in sorted(set(lines))))",
];

/** Runs a `setup.py` for what it needs, and installs that. */
export function runText(folder: string, files: readonly string[], build: readonly string[]): string {
  const shown = files.join(', ');
  const failed = `setup.py could not say what it needs; it was run beside ${shown} alone. Write the packages into requirements.txt`;
  return [
    PYTHON_SETTINGS,
    `${VENV}/bin/pip install --quiet --no-cache-dir --no-compile --target ${FOLDER}/tools -r /dev/stdin <<'${END}'`,
    ...[...new Set(build)].sort(),
    END,
    `cp -R ${shellWord(posix.join(SOURCE_MOUNT, folder))} ${FOLDER}/source`,
    `cd ${FOLDER}/source`,
    `PYTHONPATH=${FOLDER}/tools ${VENV}/bin/python - > ${FOLDER}/requirements.txt <<'${END}' || { echo ${shellWord(`jobimg: ${failed}`)} >&2; exit 1; }`,
    ...PROGRAM,
    END,
    'cd /',
    `${PIP_INSTALL} -r ${FOLDER}/requirements.txt`,
    `rm -rf ${FOLDER}`,
  ].join('\n');
}
