import { UserError } from '../errors.ts';

/**
 * Sets of versions as `requires-python` writes them, as far as they speak of releases:
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export type SpecifierSet = readonly Clause[];

interface Clause {
  readonly operator: '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>';
  readonly release: readonly number[];
  /** `==3.12.*` */
  readonly wildcard: boolean;
}

const CLAUSE =
  /^(~=|==|!=|<=|>=|<|>)\s*v?(\d{1,4}(?:\.\d{1,4}){0,3})(\.\*)?(?:(?:a|b|rc|\.dev|\.post)\d{0,4})*$/;

export function parseSpecifiers(text: string): SpecifierSet {
  const clauses = text.split(',').map((clause) => clause.trim());
  return clauses.filter((clause) => clause !== '').map(parseClause);
}

function parseClause(text: string): Clause {
  const [, operator, release, wildcard] = CLAUSE.exec(text) ?? [];
  if (operator === undefined || release === undefined) {
    throw new UserError(`"${text}" is no set of Python versions that is understood`, {
      code: 'python-specifier',
      hint: 'write it as in ">=3.11,<3.14", or say the version: image: { python: 3.13 }',
    });
  }
  return {
    operator: operator as Clause['operator'],
    release: release.split('.').map(Number),
    wildcard: wildcard !== undefined,
  };
}

/** Whether some release of this minor version, `3.12`, is in the set; of a whole version, whether it is. */
export function allows(set: SpecifierSet, version: string): boolean {
  const release = version.split('.').map(Number);
  // A minor version stands for its latest release, which is the one that gets installed.
  const latest = release.length < 3 ? [...release, Number.MAX_SAFE_INTEGER] : release;
  return set.every((clause) => holds(clause, latest));
}

/** Whether a version of a package is in the set, by its release alone. */
export function allowsRelease(set: SpecifierSet, version: string): boolean {
  const release = /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1];
  return release !== undefined && set.every((clause) => holds(clause, release.split('.').map(Number)));
}

/** The exact release that a set pins, `3.12.4`. */
export function pinned(set: SpecifierSet): string | undefined {
  const clause = set.find(
    ({ operator, wildcard, release }) => operator === '==' && !wildcard && release.length > 2,
  );
  return clause?.release.join('.');
}

function holds({ operator, release, wildcard }: Clause, version: readonly number[]): boolean {
  const order = compare(version, release);
  switch (operator) {
    case '==':
      return wildcard ? hasPrefix(version, release) : order === 0;
    case '!=':
      return wildcard ? !hasPrefix(version, release) : order !== 0;
    case '~=':
      return order >= 0 && hasPrefix(version, release.slice(0, -1));
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
  }
}

function hasPrefix(version: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((part, index) => (version[index] ?? 0) === part);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
