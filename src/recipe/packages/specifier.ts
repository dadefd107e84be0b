import { explain, satisfies, validRange } from '@renovatebot/pep440';
import { UserError } from '../../errors.ts';

/**
 * Clauses as `requires-python` writes them, all of which must hold:
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export type SpecifierSet = readonly string[];

export function parseSpecifiers(text: string): SpecifierSet {
  const clauses = text.split(',').map((clause) => clause.trim());
  const set = clauses.filter((clause) => clause !== '').map(inOrder);
  const strange = set.find((clause) => !isUnderstood(clause));
  if (strange === undefined) return set;
  throw new UserError(`"${strange}" is not a set of Python versions that can be read`, {
    code: 'python-specifier',
    hint: 'write it as in ">=3.11,<3.14", or set the version: image: { python: 3.13 }',
  });
}

/** `>=3.8.*` and `~=3` are in files of years when tools still read them; there the star, or the tilde, says nothing. */
function inOrder(clause: string): string {
  const [, operator, release] = /^([<>]=?|~=)\s*(\d+(?:\.\d+)*)(?:\.\*)?$/.exec(clause) ?? [];
  if (operator === undefined || release === undefined) return clause;
  return `${operator === '~=' && !release.includes('.') ? '>=' : operator}${release}`;
}

const LONGEST_CLAUSE = 100;

/** `===` compares texts, and a version of the table is no text that anybody compares with. */
function isUnderstood(clause: string): boolean {
  return clause.length <= LONGEST_CLAUSE && !clause.startsWith('===') && validRange(clause);
}

/** Whether some release of this minor version, `3.12`, is in the set; of a whole version, whether it is. */
export function allows(set: SpecifierSet, version: string): boolean {
  // A minor version stands for its latest release, which is the one that gets installed.
  const isMinor = version.split('.').length < 3;
  return allowsRelease(set, isMinor ? `${version}.${Number.MAX_SAFE_INTEGER}` : version);
}

/** Whether a version of a package is in the set; a pre-release that somebody chose is a version like others. */
export function allowsRelease(set: SpecifierSet, version: string): boolean {
  if (explain(version) === null) return false;
  const padded = version.replace(/^(?:v?\d+!)?v?\d+(?:\.\d+)*/, withZeros);
  return set.every((clause) => satisfies(padded, clause, { prereleases: true }));
}

/** `1` is `1.0.0` also where it is compared with `1.0.*`, which the library looks for in the text. */
function withZeros(release: string): string {
  return release + '.0'.repeat(Math.max(0, LONGEST_RELEASE - release.split('.').length));
}

const LONGEST_RELEASE = 6;

/** The exact release that a set pins, `3.12.4`. */
export function pinned(set: SpecifierSet): string | undefined {
  const exact = set.flatMap((clause) => explain(/^==\s*(\S+)$/.exec(clause)?.[1]) ?? []);
  return exact.find(({ release }) => release.length > 2)?.release.join('.');
}
