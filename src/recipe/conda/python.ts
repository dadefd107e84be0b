import type { Findings } from '../../findings.ts';
import type { MatchSpec } from '../../jobspec/values/conda.ts';
import { DEFAULT_PYTHON, PYTHON_VERSIONS, type PythonChoice } from '../packages/python.ts';
import { allows, parseSpecifiers, type SpecifierSet } from '../packages/specifier.ts';
import type { CondaEnvironment, CondaPython } from './environment.ts';

/** The version of a spec as `requires-python` would write it; undefined for what has no such form. */
export function specifiersOf({ version }: MatchSpec): string | undefined {
  const [, fuzzy, wildcard] = /^=([0-9.]+)(\.\*)?(?:=[^=]*)?$/.exec(version) ?? [];
  if (fuzzy !== undefined) return `==${fuzzy}${wildcard ?? '.*'}`;
  const [, plain] = /^([0-9.]+(?:\.\*)?)(?: [^ ]+)?$/.exec(version) ?? [];
  const text = plain === undefined ? version.replaceAll(' ', '') : `==${plain}`;
  return isUnderstood(text) ? text : undefined;
}

function isUnderstood(text: string): boolean {
  return text !== '' && /^(?:(?:~=|==|!=|<=|>=|<|>)\d{1,4}(?:\.\d{1,4}){0,3}(?:\.\*)?(?:,|$))+$/.test(text);
}

/** More patch releases than any minor version of Python gets. */
const PATCHES = Array.from({ length: 64 }, (_, index) => index);

/** Whether some release of a version, `3.12` or `3.12.4`, is in a set. */
function meets(set: SpecifierSet, version: string): boolean {
  if (version.split('.').length > 2) return allows(set, version);
  return PATCHES.some((patch) => allows(set, `${version}.${patch}`));
}

/** The Python of the base: what was asked for, or the one that only installs where conda brings the image's own. */
export function baseBesideConda(
  asked: PythonChoice,
  { python }: CondaEnvironment,
  findings: Findings,
): PythonChoice {
  if (python === undefined) {
    if (asked.version.startsWith('3.9')) refuseOld(asked, findings);
    return asked;
  }
  checkAgreement(asked, python, findings);
  return {
    version: DEFAULT_PYTHON,
    accepts: undefined,
    why: `it installs the conda packages, which bring the Python of the image (${python.text})`,
    origin: python.location,
  };
}

function checkAgreement(
  { accepts, why, origin }: PythonChoice,
  python: CondaPython,
  findings: Findings,
): void {
  if (accepts === undefined || python.specifiers === undefined) return;
  const set = parseSpecifiers(python.specifiers);
  // A version beyond the table is for the solver to decide, unless one was written.
  const isKnown = accepts.length === 1 || PYTHON_VERSIONS.some((version) => meets(set, version));
  if (!isKnown || accepts.some((version) => meets(set, version))) return;
  const { file, line } = python.location;
  findings.error(
    'python-version',
    `Python ${accepts.join(' or ')} (${why}) does not satisfy "${python.text}" in ${file}${line === undefined ? '' : `, line ${line}`}`,
    { hint: 'make the two agree', at: origin ?? python.location },
  );
}

function refuseOld({ why, origin }: PythonChoice, findings: Findings): void {
  findings.error(
    'python-version',
    `conda packages are installed with Python 3.10 or newer, and Python 3.9 is asked for (${why})`,
    { hint: 'let conda bring it: write "python=3.9" among the conda packages', at: origin },
  );
}

/** What was asked for elsewhere also holds for a Python that other packages bring along. */
export function pythonConstraint(
  { accepts }: PythonChoice,
  python: CondaPython | undefined,
): readonly string[] {
  if (accepts === undefined || accepts.length === 0) return [];
  const set = python?.specifiers === undefined ? undefined : parseSpecifiers(python.specifiers);
  if (set !== undefined && !accepts.some((version) => meets(set, version))) return [];
  const versions = accepts.map((version) =>
    version.split('.').length > 2 ? `==${version}` : `${version}.*`,
  );
  return [`python ${versions.join('|')}`];
}
