import { UserError } from '../../errors.ts';
import { PYTHON_VERSIONS } from './python.ts';
import { allows, parseSpecifiers } from './specifier.ts';

const CLAUSE = /^(\^|~=|~|===?|=|!=|<=|>=|<|>)?\s*v?(\d+(?:\.\d+)*)(\.\*)?([A-Za-z0-9.+!_-]*)$/;

/**
 * Versions as Poetry writes them, in the words of pip, which has neither `^` nor `~`:
 * https://python-poetry.org/docs/dependency-specification/#version-constraints
 */
export function pepVersions(text: string): string {
  const words = text
    .replace(/(\^|~=|~|===?|=|!=|<=|>=|<|>)\s+/g, '$1')
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== '*');
  return words.map((word) => clauseOf(word, text)).join(',');
}

function clauseOf(word: string, text: string): string {
  const [, operator = '==', release = '', wildcard = '', suffix = ''] = CLAUSE.exec(word) ?? [];
  if (release === '') {
    throw new UserError(`"${text}" is not a set of versions that pip understands`, {
      code: 'poetry-version',
      hint: 'write it with commas only, as in ">=1.2,<3", or commit a lock',
    });
  }
  const lowest = `>=${release}${suffix}`;
  if (operator === '^') return `${lowest},<${next(release, firstThatCounts(release))}`;
  if (operator === '~') return `${lowest},<${next(release, Math.min(1, release.split('.').length - 1))}`;
  return `${operator === '=' ? '==' : operator}${release}${wildcard}${suffix}`;
}

/** A caret holds the first number that is not zero, or the last one when all are. */
function firstThatCounts(release: string): number {
  const numbers = release.split('.').map(Number);
  const index = numbers.findIndex((number) => number > 0);
  return index < 0 ? numbers.length - 1 : index;
}

function next(release: string, index: number): string {
  const numbers = release.split('.').map(Number);
  return numbers.map((number, at) => (at < index ? number : at === index ? number + 1 : 0)).join('.');
}

/** Either of these sets, which Poetry writes with `||` and pip cannot be told. */
export function alternatives(text: string): readonly string[] {
  return text.split(/\|\|?/).map((part) => part.trim());
}

/** Versions of Python as `requires-python` says them: of several sets, without what none of them allows. */
export function pythonVersions(text: string): string {
  const sets = alternatives(text).map(pepVersions);
  const [only = '', ...others] = sets;
  if (others.length === 0) return only;
  const parsed = sets.map(parseSpecifiers);
  const never = PYTHON_VERSIONS.filter((version) => !parsed.some((set) => allows(set, version)));
  return never.map((version) => `!=${version}.*`).join(',');
}
