import { type Location, UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { readToml } from '../toml.ts';
import { allows, parseSpecifiers, pinned } from './specifier.ts';

/** The versions that have a base image; `version: 1` of the spec pins the default. */
export const PYTHON_VERSIONS: readonly string[] = ['3.9', '3.10', '3.11', '3.12', '3.13', '3.14'];
export const DEFAULT_PYTHON = '3.13';

export interface PythonChoice {
  /** `3.13`, or a release, `3.12.4`. */
  readonly version: string;
  /** What a base may bring instead; undefined: any Python, for nobody asked. */
  readonly accepts: readonly string[] | undefined;
  readonly why: string;
  readonly origin?: Location | undefined;
}

/** A set of versions that something in the repository asks for. */
export interface PythonRequirement {
  readonly specifiers: string;
  readonly file: string;
}

const WRITTEN =
  /^(?:c?python[-@]?)?((3\.\d{1,2})(?:\.\d{1,3})?)(?:-(?:linux|macos|windows|any)(?:-[A-Za-z0-9_]{1,20}){0,2})?$/i;

/**
 * `3.12`, `3.12.4`, `python-3.12.4`, and as uv has it, whose system is that of the machine it was written on:
 * `cpython@3.12`, `cpython-3.12.4-macos-aarch64-none`. The text of a file may have comments.
 */
export function parsePythonVersion(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
  const written = lines.find((line) => line !== '') ?? '';
  const [, version, minor] = WRITTEN.exec(written) ?? [];
  if (version === undefined || minor === undefined) {
    throw new UserError(`"${written.slice(0, 40)}" is not a version of Python that can be installed`, {
      code: 'python-version',
      hint: `write one of ${PYTHON_VERSIONS.join(', ')}, or a release of one, such as ${DEFAULT_PYTHON}.1`,
    });
  }
  if (PYTHON_VERSIONS.includes(minor)) return version;
  throw new UserError(`there is no image for Python ${version}`, {
    code: 'python-version',
    hint: `known: ${PYTHON_VERSIONS.join(', ')}; for another one choose a base that has it: image: { base: … }`,
  });
}

interface ChoosePythonOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
  /** Of the dependency files that are read. */
  readonly needs: readonly PythonRequirement[];
  /** Conda packages name the Python of the image: what is written least clearly does not count beside them. */
  readonly condaNames?: boolean;
}

/** The first that says anything: the spec, `.python-version`, `requires-python`, `runtime.txt`, the default. */
export function choosePython(options: ChoosePythonOptions, findings: Findings): PythonChoice {
  const needs = [...options.needs, ...projectNeed(options, findings)];
  const written = writtenVersion(options, findings);
  if (written !== undefined) {
    for (const need of needs) checkAgainst(written, need, findings);
    return written;
  }
  const needed = neededVersion(needs, findings);
  if (needed !== undefined || options.condaNames === true) return needed ?? defaultVersion();
  return fileVersion('runtime.txt', options.tree, findings) ?? defaultVersion();
}

function writtenVersion(
  { job, image, tree }: ChoosePythonOptions,
  findings: Findings,
): PythonChoice | undefined {
  const { python } = image;
  if (python === undefined) return fileVersion('.python-version', tree, findings);
  const origin = job.origins.get('image.python');
  const version = findings.attempt(origin, () => parsePythonVersion(python));
  return version === undefined ? defaultVersion() : exactly(version, 'the spec', origin);
}

function fileVersion(file: string, tree: Tree, findings: Findings): PythonChoice | undefined {
  const location = { file };
  return findings.attempt(location, () => {
    const text = tree.text(file);
    return text === undefined ? undefined : exactly(parsePythonVersion(text), file, location);
  });
}

function exactly(version: string, why: string, origin?: Location): PythonChoice {
  return { version, accepts: [version], why, origin };
}

function defaultVersion(): PythonChoice {
  return {
    version: DEFAULT_PYTHON,
    accepts: undefined,
    why: 'the default, because nothing asks for another version',
  };
}

function projectNeed({ tree, needs }: ChoosePythonOptions, findings: Findings): readonly PythonRequirement[] {
  const file = 'pyproject.toml';
  if (needs.length > 0) return [];
  const specifiers = findings.attempt({ file }, () =>
    readToml(tree, file)?.text('project', 'requires-python'),
  );
  return specifiers === undefined ? [] : [{ specifiers, file }];
}

/** The default version when it is allowed, else the highest of the table that is. */
function neededVersion(needs: readonly PythonRequirement[], findings: Findings): PythonChoice | undefined {
  const [first] = needs;
  if (first === undefined) return undefined;
  const location = { file: first.file };
  const sets = findings.attempt(location, () => needs.map(({ specifiers }) => parseSpecifiers(specifiers)));
  if (sets === undefined) return undefined;

  const why = needs.map(({ specifiers, file }) => `requires-python "${specifiers}" in ${file}`).join(' and ');
  const exact = pinned(sets.flat());
  const candidates = exact === undefined ? PYTHON_VERSIONS : [exact];
  const allowed = candidates.filter((version) => sets.every((set) => allows(set, version)));
  const version = allowed.includes(DEFAULT_PYTHON) ? DEFAULT_PYTHON : allowed.at(-1);
  if (version !== undefined) return { version, accepts: allowed, why, origin: location };

  const hint = `known versions: ${PYTHON_VERSIONS.join(', ')}`;
  findings.error('python-version', `no version of Python satisfies ${why}`, { hint, at: location });
  return undefined;
}

function checkAgainst(
  { version, why, origin }: PythonChoice,
  need: PythonRequirement,
  findings: Findings,
): void {
  const set = findings.attempt({ file: need.file }, () => parseSpecifiers(need.specifiers));
  if (set === undefined || allows(set, version)) return;
  findings.error(
    'python-version',
    `Python ${version} (${why}) does not satisfy requires-python "${need.specifiers}" in ${need.file}`,
    { hint: 'make the two agree', at: origin },
  );
}
