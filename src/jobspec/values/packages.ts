import { UserError } from '../../errors.ts';
import { holdsCredentials, parseOneLine } from './names.ts';

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?';
const EXTRAS = String.raw`(?: ?\[[A-Za-z0-9._, -]{0,200}\])?`;
const CLAUSE = '(?:===|~=|==|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]{1,100}';
/** A comma at the end says nothing: pip takes it from 24.1. */
const VERSIONS = String.raw`(?: ?\(?${CLAUSE}(?: ?, ?${CLAUSE}){0,20}(?: ?,)?\)?)?`;
const ADDRESS = String.raw` ?@ ?([a-z][a-z0-9+.-]{1,20}:\/\/[^\s\\]{1,1000})`;
const REQUIREMENT = new RegExp(`^${NAME}${EXTRAS}(?:${ADDRESS}|${VERSIONS})$`);
const MARKER = /^[A-Za-z0-9_."'<>=!~(), +*-]{1,300}$/;
const HINT = 'write a name, extras, versions and a marker: "torch", "numpy>=2,<3", "uvicorn[standard]"';

/**
 * One dependency specifier: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 * It becomes one line of a requirements file, so nothing may begin an option, a comment or another line.
 */
export function parsePackage(text: string): string {
  parseOneLine(text);
  const [requirement = '', ...markers] = text.split(/ ?; ?/);
  const match = REQUIREMENT.exec(requirement.trim());
  const marker = markers.join(';');
  if (match === null || (markers.length > 0 && !MARKER.test(marker))) {
    throw new UserError(`"${text}" is not a Python package`, { hint: HINT });
  }
  const address = match[1] ?? '';
  if (/^[^/]*\/\/[^/]*:[^/]*@/.test(address) || holdsCredentials(address)) {
    throw new UserError('an address of a package contains a password', {
      hint: 'keep credentials out of the spec: declare a build secret and use it in a step of "build"',
    });
  }
  return text;
}
