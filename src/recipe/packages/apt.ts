import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { parseAptPackage } from '../../jobspec/values/names.ts';
import type { Notes } from '../notes.ts';
import type { Step } from '../step.ts';

const FILE = 'apt.txt';

/** The packages of the spec, else of `apt.txt`; sorted, for their order does not matter. */
export function chooseAptPackages(job: Job, image: BuiltImage, tree: Tree, notes: Notes): readonly string[] {
  if (image.apt !== undefined) return sorted(image.apt);
  if (image.dockerfile !== undefined) return [];
  const text = notes.findings.attempt({ file: FILE }, () => tree.text(FILE));
  if (text === undefined) return [];
  notes.reasons.push({
    subject: 'apt',
    choice: FILE,
    why: 'found in the repository',
    origin: job.origins.get('image.apt'),
  });
  return sorted(text.split(/\r?\n/).flatMap((line, index) => readLine(line, index + 1, notes.findings)));
}

function readLine(line: string, number: number, findings: Findings): readonly string[] {
  const words = line
    .replace(/#.*/, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const location = { file: FILE, line: number };
  return words.flatMap((word) => findings.attempt(location, () => parseAptPackage(word)) ?? []);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

export function aptStep(job: Job, packages: readonly string[]): Step {
  const before = [requireApt('"apt" needs a base of Debian or Ubuntu')];
  return installingStep({ title: 'apt', before, packages, origin: job.origins.get('image.apt') });
}

interface InstallingStepOptions {
  readonly title: string;
  /** Lines of shell text that stand before the installation, and may end the step. */
  readonly before: readonly string[];
  readonly packages: readonly string[];
  readonly origin: Location | undefined;
}

/** A step that installs packages of the distribution, which a lock can pin. */
export function installingStep({ title, before, packages, origin }: InstallingStepOptions): Step {
  return {
    title,
    kind: 'apt',
    run: [...before, ...aptInstall(packages)].join('\n'),
    secrets: [],
    env: new Map(),
    files: [],
    open: { kind: 'apt', packages, before },
    origin,
  };
}

export function requireApt(message: string): string {
  return `command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get: ${message}' >&2; exit 1; }`;
}

/**
 * Logs, caches and lists are on tmpfs in these steps. What else would differ from one machine or day to the next is
 * removed: ids and keys of a machine that does not exist yet, and backups that depend on history.
 */
export function aptInstall(packages: readonly string[]): readonly string[] {
  return aptRun([`${APT_INSTALL} -y --no-install-recommends -- ${packages.join(' ')}`]);
}

export const APT_INSTALL = 'apt-get "$@" install';

/**
 * Lines that find the lists of packages up to date. As in Docker's official images, nothing is translated, and dpkg does not
 * wait for the disk after each file: a step that is cut off leaves no image.
 */
export function aptRun(lines: readonly string[]): readonly string[] {
  return [
    'export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1',
    'mkdir -p /var/log/apt /var/cache/apt/archives/partial /var/lib/apt/lists/partial',
    `set -- -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dpkg::Options::=--force-unsafe-io`,
    `if [ -n "\${SSL_CERT_FILE:-}" ]; then set -- "$@" -o Acquire::https::CaInfo="$SSL_CERT_FILE"; fi`,
    'apt-get "$@" update',
    ...lines,
    'rm -f /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_* /var/lib/dpkg/*-old',
    'rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-',
  ];
}
