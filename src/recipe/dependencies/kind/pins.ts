import { UserError } from '../../../errors.ts';
import { PIP_INSTALL, PYTHON_SETTINGS } from '../../pip.ts';

/** One package as a lock pins it. */
export interface Pin {
  readonly name: string;
  /** `==1.17.0`, ` @ https://…`, ` @ git+https://…@<commit>`; nothing, when the lock leaves it open. */
  readonly release: string;
  readonly marker?: string | undefined;
  /** `sha256:…`; none for what git fetches, and where an index gave none. */
  readonly hashes: readonly string[];
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?(?:\[[A-Za-z0-9._,-]{1,200}\])?$/;
const RELEASE =
  /^(?:===?[A-Za-z0-9.*+!_-]{1,100}| @ (?:git\+)?(?:https?|ssh|git|file):\/\/[^\s\\'"`]{1,1000})?$/;
const MARKER = /^[A-Za-z0-9_."'<>=!~(), +*-]{1,20000}$/;
const HASH = /^sha(?:256|384|512):[0-9a-f]{64,128}$/;
const PASSWORD = /\/\/[^/\s:@]*:[^@/\s$]+@/;

/** Fields become lines of a requirements file, so nothing may begin an option, a comment or another line. */
export function checkPin(pin: Pin): Pin {
  const { name, release, marker, hashes } = pin;
  if (PASSWORD.test(release)) {
    throw new UserError(`the address of "${name}" contains a password`, {
      code: 'password-in-file',
      hint: 'lock it without, and let pip or git find the password in a build secret',
    });
  }
  const isMarker = marker === undefined || MARKER.test(marker);
  if (NAME.test(name) && RELEASE.test(release) && isMarker && hashes.every((hash) => HASH.test(hash)))
    return pin;
  throw new UserError(`the package "${name.slice(0, 60)}" is not written as a lock writes it`, {
    code: 'lock-format',
    hint: 'create the lock again with the tool that wrote it',
  });
}

/** A step's text is one argument of a process, which Linux ends at 128 KiB. */
const MAX_TEXT = 100_000;

/** No requirement begins with a dash, so none of them can end the list. */
const END = '--end--';

/**
 * Installs exactly what a lock names, with its hashes: by pip, which the machine's indexes, mirrors and certificates are
 * set for, and with no tool whose own packages may change from one day to the next. One text for each step.
 */
export function installPins(pins: readonly Pin[], options: readonly string[] = []): readonly string[] {
  const hashed = pins.filter(({ hashes }) => hashes.length > 0);
  const others = pins.filter(({ hashes }) => hashes.length === 0);
  return [
    ...chunks(hashed.map(lineOf)).map((lines) => text('--no-deps --require-hashes', options, lines)),
    ...chunks(others.map(lineOf)).map((lines) => text('--no-deps', options, lines)),
  ];
}

function text(flags: string, options: readonly string[], lines: readonly string[]): string {
  const install = `${PIP_INSTALL} ${flags} -r /dev/stdin <<'${END}'`;
  return [PYTHON_SETTINGS, install, ...options, ...lines, END].join('\n');
}

function lineOf({ name, release, marker, hashes }: Pin): string {
  const condition = marker === undefined ? '' : ` ; ${marker}`;
  const proofs = [...new Set(hashes)].sort().map((hash) => ` \\\n    --hash=${hash}`);
  return `${name}${release}${condition}${proofs.join('')}`;
}

function chunks(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  let size = 0;
  for (const line of [...new Set(lines)].sort()) {
    const last = found.at(-1);
    if (last === undefined || size + line.length > MAX_TEXT) {
      found.push([line]);
      size = line.length;
    } else {
      last.push(line);
      size += line.length;
    }
  }
  return found;
}

/** Images are of Linux: hashes of wheels for other systems only make the text longer. */
export function hashesOf(
  files: readonly { readonly file: string; readonly hash: string }[],
): readonly string[] {
  const fitting = files.filter(({ file }) => fitsLinux(file));
  return (fitting.length === 0 ? files : fitting).map(({ hash }) => hash);
}

function fitsLinux(file: string): boolean {
  return !file.endsWith('.whl') || /-(?:any|[^-]*linux[^-]*)\.whl$/.test(file);
}

/** `git@host:path` is written as pip reads it; the rest passes as it is. */
export function gitRelease(url: string, commit: string | undefined, subdirectory?: string): string {
  const [, user, path] = /^([^@/:\s]+@[^@/:\s]+):(?!\/\/)(.+)$/.exec(url) ?? [];
  const address = user === undefined ? url : `ssh://${user}/${path}`;
  const folder = subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`;
  const revision = commit === undefined ? '' : `@${commit}`;
  return ` @ ${address.startsWith('git+') ? '' : 'git+'}${address}${revision}${folder}`;
}

/** Where a lock says that packages come from. */
export interface PackageSource {
  readonly url: string;
  /** It stands in the place of PyPI. */
  readonly isFirst: boolean;
  /** A page of links, and no index. */
  readonly isLinks?: boolean;
  /** Its certificate is not looked at. */
  readonly isTrusted?: boolean;
}

/** As pip's own options say it; PyPI itself is what pip is set to, which may be a mirror. */
export function indexOptions({
  url,
  isFirst,
  isLinks = false,
  isTrusted = false,
}: PackageSource): readonly string[] {
  if (PYPI.test(url)) return [];
  if (!/^https?:\/\/[^\s\\'"`]{1,1000}$/.test(url) || !URL.canParse(url)) {
    throw new UserError(`"${url}" is not the address of a package index`, { code: 'lock-format' });
  }
  if (PASSWORD.test(url)) {
    throw new UserError('the address of a package index contains a password', {
      code: 'password-in-file',
      hint: `write \${NAME} in its place, and declare the build secret: image: { secrets: [NAME] }`,
    });
  }
  const option = isLinks ? '--find-links' : isFirst ? '--index-url' : '--extra-index-url';
  const host = isTrusted || url.startsWith('http://') ? [`--trusted-host ${new URL(url).host}`] : [];
  return [`${option} ${url}`, ...host];
}

const PYPI = /^https:\/\/pypi\.(?:org|python\.org)\/simple\/?$/;
