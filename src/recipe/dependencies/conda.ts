import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import { besideFile, type EnvironmentFile, readEnvironmentFile } from '../conda/environment-file.ts';
import { checkPlatform, type LockFileFacts, readCondaLock, readPixiLock } from '../conda/lock-file.ts';
import { CONDA_PIP_FILE, condaPlatform } from '../conda/request.ts';
import { PIP_INSTALL, PYTHON_SETTINGS, SOURCE_MOUNT } from '../pip.ts';
import { platformOf } from '../platform.ts';
import { shellWord } from '../shell.ts';
import {
  baseName,
  type Dependencies,
  type DependencyContext,
  type DependencyKind,
  firstFile,
} from './kind/kind.ts';
import { missing } from './kind/project-files.ts';
import { includeIn, readRequirementLines } from './kind/requirements-file.ts';
import { writtenRequirements } from './kind/written-requirements.ts';

/** https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html */
export const condaEnvironment: DependencyKind = {
  name: 'environment.yml',
  lock: false,
  conda: true,
  find: (context) => firstFile(context, ['environment.yml', 'environment.yaml', 'conda.yml', 'conda.yaml']),
  // No other kind that is left is YAML.
  owns: (path) => /\.ya?ml$/.test(path),
  read: (path, context, findings) =>
    findings.attempt({ file: path }, () => readEnvironment(path, context, findings)),
};

export const pixiLock = lockKind('pixi.lock', /^pixi\.lock$/, ['pixi.lock'], readPixiLock);

/** conda-lock also writes `<name>.conda-lock.yml`. */
export const condaLock = lockKind(
  'conda-lock.yml',
  /^(?:.*\.)?conda-lock\.ya?ml$/,
  ['conda-lock.yml', 'conda-lock.yaml'],
  readCondaLock,
);

function readEnvironment(
  path: string,
  { tree }: DependencyContext,
  findings: Findings,
): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, findings);
  const file = readEnvironmentFile(path, text);
  reportOpenVersions(file, path, findings);
  return { conda: file, ...pipPart(file, path, tree, findings) };
}

function reportOpenVersions({ specs }: EnvironmentFile, path: string, findings: Findings): void {
  const open = specs.filter(({ version }) => !/^==?[^=<>,|]+=[^=]*[^=*]$/.test(version));
  if (open.length === 0) return;
  findings.notice(
    'open-versions',
    `${open.length} of ${specs.length} conda packages leave their version or build open: a rebuild may get another one`,
    {
      hint: 'run "jobimg lock" and commit jobimg.lock, or commit a conda-lock.yml or pixi.lock',
      at: { file: path },
    },
  );
}

/** As `conda env create` has it: the list is a requirements file beside the environment. */
function pipPart(
  { pip }: EnvironmentFile,
  path: string,
  tree: Tree,
  findings: Findings,
): Omit<Dependencies, 'conda'> {
  const lines = pip.map(({ text, location }) => {
    const include = includeIn(text);
    if (include === undefined) return { text, location, written: text };
    const target = besideFile(path, include.path);
    return {
      text: `${include.flag} ${include.path}`,
      location,
      written: `${include.flag} ${shellWord(`${SOURCE_MOUNT}/${target}`)}`,
    };
  });
  const file = readRequirementLines(lines, tree, findings);
  const written = lines.map((line) => line.written);
  return writtenRequirements(written, file);
}

function lockKind(
  name: string,
  pattern: RegExp,
  names: readonly string[],
  readFacts: (lines: readonly string[], platform: string, path: string) => LockFileFacts,
): DependencyKind {
  return {
    name,
    lock: true,
    conda: true,
    find: (context) => firstFile(context, names),
    owns: (path) => pattern.test(baseName(path)),
    read: (path, context, findings) =>
      findings.attempt({ file: path }, () => {
        const text = context.tree.text(path);
        if (text === undefined) return missing(path, findings);
        const platform = subdirOf(context);
        const facts = readFacts(text.split(/\r?\n/), platform, path);
        checkPlatform(facts, platform, path);
        return {
          conda: { packages: { kind: 'lock', path }, variables: new Map(), python: facts.python },
          install: facts.hasPip ? INSTALL_LOCKED : undefined,
          files: [],
          downloads: facts.size === undefined ? undefined : () => facts.size ?? 0,
        };
      }),
  };
}

function subdirOf({ job: { image } }: DependencyContext): string {
  return condaPlatform(platformOf(image));
}

/** The step of the conda packages has read the lock and left what is pip's. */
const INSTALL_LOCKED = [
  PYTHON_SETTINGS,
  `if [ -s ${CONDA_PIP_FILE} ]; then ${PIP_INSTALL} --no-deps --require-hashes -r ${CONDA_PIP_FILE}; fi`,
].join('\n');
