import { UserError } from '../../errors.ts';
import { normalPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';

/** C0, DEL, C1 and the Unicode line ends: nothing that could begin another line anywhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const NOT_ONE_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export function parseOneLine(text: string): string {
  if (!NOT_ONE_LINE.test(text)) return text;
  throw new UserError('a line break or control character in a text of one line', {
    hint: 'read it in the script, or pass it at run time',
  });
}

/** A parser for texts of one line that a pattern describes. */
function grammar(pattern: RegExp, what: string, hint: string): (text: string) => string {
  return (text) => {
    parseOneLine(text);
    if (pattern.test(text)) return text;
    throw new UserError(`"${text}" is not ${what}`, { hint });
  };
}

/** Stands for every job of a spec, so that none can be called so. */
export const ALL = 'all';

/** A job's name starts its image's tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const parseAnyJobName = grammar(
  /^[a-z0-9][a-z0-9._-]{0,62}$/,
  'a name of a job',
  'lower-case letters, digits, ".", "_" and "-", at most 63, beginning with a letter or digit',
);

export function parseJobName(text: string): string {
  if (text !== ALL) return parseAnyJobName(text);
  throw new UserError(`no job can be called "${ALL}"`, { hint: 'it stands for all jobs of the spec' });
}

export const parseVariable = grammar(
  /^[A-Za-z_][A-Za-z0-9_]{0,254}$/,
  'a name of a variable',
  'letters, digits and "_", not beginning with a digit',
);

export const parseParamName = grammar(
  /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/,
  'a name of a param',
  'letters, digits, "_" and "-", beginning with a letter',
);

export const parseAptPackage = grammar(
  /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?(=[A-Za-z0-9.+:~-]+)?$/,
  'a Debian package',
  'write one name per item, as in "ffmpeg" or "git=1:2.39.5-0+deb12u2"',
);

export const parseVersion = grammar(
  /^\d{1,4}(\.\d{1,4}){0,2}$/,
  'a version',
  'write it as in 3.12 or 3.12.7',
);

export const parseLocale = grammar(
  /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,31}$/,
  'a locale',
  'write C.UTF-8 or en_US.UTF-8',
);

export const parseStage = grammar(
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/,
  'a name of a build stage',
  'write the name after AS in the FROM line',
);

export const parseLabelName = grammar(
  /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/,
  'a name of a label',
  'letters, digits, ".", "_", "/" and "-"',
);

const parseAnySecretName = grammar(
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
  'a name of a secret',
  'write the name only, never the value; the value comes from the environment',
);

export function parseSecretName(text: string): string {
  return parseCallerName(parseAnySecretName(text));
}

/**
 * What the runner sets for every action, tokens of its own among them: that they are there says nothing of what the
 * workflow wants to give to a job. https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function isRunnersOwn(name: string): boolean {
  return /^(?:ACTIONS|RUNNER|INPUT)_/i.test(name);
}

/** The name of a variable whose value comes from the caller. */
export function parseCallerName(text: string): string {
  if (!isRunnersOwn(text)) return text;
  throw new UserError(`"${text}" belongs to the runner, and is never passed to a job`, {
    hint: 'give the value another name in the "env:" of the step',
  });
}

export const parseRunnerLabel = grammar(
  /^\S(.{0,254}\S)?$/,
  'a label of a runner',
  'write it as in self-hosted',
);

const USER = /^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,9}(?::\d{1,9})?)$/;
export const parseUser = grammar(USER, 'a user', 'write root, a name, or uid[:gid]');

const HASH = /^[0-9a-f]{64}$/;
export const parseSha256 = grammar(HASH, 'a SHA-256', 'write 64 lower-case hex digits');

/** The characters of an absolute path that no shell, Dockerfile or mount option reads otherwise. */
const ABSOLUTE = /^(?:\/[A-Za-z0-9._@+-]+)+$/;

/** An absolute path in the container, without `.`, `..` or doubled slashes. */
export function parseAbsolutePath(text: string): string {
  parseOneLine(text);
  const path = text.length > 1 ? text.replace(/\/$/, '') : text;
  const isPlain = ABSOLUTE.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
  if (isPlain) return path;
  throw new UserError(`"${text}" is not an absolute path in the container`, {
    hint: 'write it as in /workspace',
  });
}

const PLATFORM = /^(linux)\/([a-z0-9_]{1,16})(?:\/(v\d{1,2}))?$/;

export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = PLATFORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined) {
    throw new UserError(`"${text}" is not a platform`, { hint: 'write linux/amd64 or linux/arm64' });
  }
  return normalPlatform({ os, architecture, variant });
}

/** The name of a job that the spec does not name: the repository's, made to fit. */
export function jobNameOf(repository: string): string {
  const name = repository
    .toLowerCase()
    .replace(/[^a-z0-9._-]/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 63);
  return name === '' ? 'job' : name;
}

const SECRET_WORD =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET)_?KEY)$/i;

/** Whether a text has an address with a password in it; the name of a variable in its place is none. */
export function holdsPassword(text: string): boolean {
  return /:\/\/[^\s/?#@]*:(?!\$\{\w+\}@)[^\s/?#@]+@/.test(text);
}

/** The same, or what is as long as a token in the place of a user: `https://ghp_…@github.com`. */
export function holdsCredentials(text: string): boolean {
  return holdsPassword(text) || /https?:\/\/[^\s/?#@:$]{20,}@/i.test(text);
}

/** Whether a variable of this name usually holds a secret. */
export function looksSecret(name: string): boolean {
  return SECRET_WORD.test(name);
}
