import { UserError } from '../../../errors.ts';
import { pepVersions } from '../../packages/poetry-versions.ts';
import { archiveNamed } from './archives.ts';
import type { Misfit } from './misfit.ts';

const FREEZE = '"pip freeze > requirements.txt" writes what pip reads';
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const CLAUSE = String.raw`(?:===|~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9._*+!-]+`;
const VERSIONS = String.raw`${CLAUSE}(?:\s*,\s*${CLAUSE})*\s*,?`;

/**
 * A dependency specifier in its widest shape; versions and markers are for pip to judge:
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 */
const SPECIFIER = new RegExp(
  String.raw`^${NAME}\s*(?:\[[^\]]*\])?\s*(?:@\s*\S.*|(?:\(\s*(?:${VERSIONS})?\s*\)|(?:${VERSIONS})?)\s*(?:;.*)?)$`,
);

/** A line that is no requirement, told by what wrote it; undefined for what pip may take. */
export function foreignLine(line: string): Misfit | undefined {
  if (mayBeOfPip(line)) return undefined;
  const known = KINDS.find(({ pattern }) => pattern.test(line));
  if (known === undefined) return line.startsWith('-') ? undefined : OTHER;
  const { kind, pattern, is, hint } = known;
  return { kind, code: 'not-a-requirement', is, hint: hint(pattern.exec(line) ?? []) };
}

/** An option, an address, a variable that pip fills in, or a specifier with options of its own behind it. */
function mayBeOfPip(line: string): boolean {
  if (/^--?[A-Za-z]|^\./.test(line) || archiveNamed(line) !== undefined) return true;
  if (/^(?:git|hg|svn|bzr)\+|^[a-z][a-z0-9+.-]+:\/\/|^file:|\$\{[A-Z0-9_]+\}/i.test(line)) return true;
  return SPECIFIER.test(line.replace(/\s+--?[A-Za-z].*$/, ''));
}

const OTHER: Misfit = {
  kind: 'other',
  code: 'not-a-requirement',
  is: 'is not a requirement that pip reads',
  hint: 'write a name, and behind it versions and a marker: six==1.16.0',
};

interface Kind {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly is: string;
  hint(match: readonly string[]): string;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'conda list',
    pattern: /^[A-Za-z0-9_][\w.-]*=[^=\s]+=[^=\s]+$/,
    is: 'is a line of "conda list --export", which pip does not read',
    hint: () =>
      '"pip list --format=freeze > requirements.txt" writes what pip reads; conda packages are written with "conda env export --from-history > environment.yml"',
  },
  {
    kind: 'message',
    pattern: /^\[?(?:WARNING|ERROR|DEPRECATION|INFO|NOTICE)\b[\]:]/i,
    is: 'is a message of pip that was redirected into the file',
    hint: () => 'remove the line; messages stay out of the file with ">" in place of "&>" and "2>&1"',
  },
  {
    kind: 'merge',
    pattern: /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/,
    is: 'is a mark of a conflict that Git left in the file',
    hint: () => 'choose one of the two sides, and remove the marks',
  },
  {
    kind: 'toml',
    pattern: /^\[[\w.-]+\]$/,
    is: 'is a table of TOML, which pip does not read in a requirements file',
    hint: () => 'write a line for each package, as in six>=1.16, or keep the table in pyproject.toml',
  },
  {
    kind: 'toml',
    pattern: /^(["']?)([A-Za-z0-9][\w.-]*)\1\s*=\s*(["'])([^"']*)\3,?$/,
    is: 'is written as TOML, as Poetry and Pipenv have it',
    hint: ([, , name = '', , versions = '']) => `write ${name}${versionsOf(versions)}`,
  },
  {
    kind: 'pip list',
    pattern:
      /^(?:Package\s+Version\b.*|-{3,}(?:\s+-{3,})*|([A-Za-z0-9][\w.-]*)\s+(\d[\w.+!-]*)(?:\s+\S+)?)$/i,
    is: 'is a line of the table that "pip list" prints',
    hint: ([, name, version]) => (name === undefined ? FREEZE : `write ${name}==${version}; ${FREEZE}`),
  },
  {
    kind: 'one =',
    pattern: /^([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)\s*=\s*(\d[\w.*+!-]*)$/,
    is: 'has one "=", as conda writes a version',
    hint: ([, name, version]) => `write ${name}==${version}`,
  },
  {
    kind: 'command',
    pattern:
      /^(?:\$\s+|!\s*|%)?(?:python3? -m |uv )?(?:pip3?|conda|mamba|poetry|pipenv) (?:install|add)\s+(.+)$/,
    is: 'is a command, and a requirements file has no commands',
    hint: ([, packages = '']) => `write a line for each package: ${packages.split(/\s+/)[0]}`,
  },
  {
    kind: 'quotes',
    pattern: /^(?:-\s+)?(["'])([^"']+)\1,?$|^-\s+()(.+)$/,
    is: 'is written as an item of a list, in a file that has a requirement on each line',
    hint: ([, , quoted, , item]) => `write ${quoted ?? item}`,
  },
  {
    kind: 'folder',
    pattern: /^[\w.-]+(?:\/[\w.-]+)+\/?$/,
    is: 'is a path, and code is not in the image yet when packages are installed',
    hint: () => 'install it after the code: image: { setup: [pip install ./folder] }',
  },
];

function versionsOf(text: string): string {
  try {
    return pepVersions(text);
  } catch (error) {
    if (error instanceof UserError) return '>=<version>';
    throw error;
  }
}
