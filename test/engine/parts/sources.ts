// The archive that this machine already uses, read from its own apt sources in
// both formats. No host name is written anywhere in this project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const APT = '/etc/apt';

export interface Archive {
  /** `debian`, `ubuntu`, … */
  readonly distribution: string;
  readonly codename: string;
  readonly uri: string;
  readonly components: string;
  readonly signedBy: string | undefined;
}

export function machineArchive(): Archive {
  const release = osRelease();
  const entries = sourceFiles().flatMap(parsed);
  const own = entries.find((entry) => entry.suites.includes(release.codename));
  if (!own) {
    throw new Error(
      `No apt source of this machine has the suite "${release.codename}" (looked in ${APT}/sources.list and ${APT}/sources.list.d).`,
    );
  }
  return { ...release, uri: plainUri(own.uri), components: own.components, signedBy: own.signedBy };
}

function osRelease(): Pick<Archive, 'distribution' | 'codename'> {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string): string => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { distribution: value('ID'), codename: value('VERSION_CODENAME') };
}

function sourceFiles(): readonly string[] {
  const dir = join(APT, 'sources.list.d');
  const parts = existsSync(dir)
    ? readdirSync(dir)
        .sort()
        .map((name) => join(dir, name))
    : [];
  return [join(APT, 'sources.list'), ...parts].filter((file) => existsSync(file));
}

interface Entry {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: string;
  readonly signedBy: string | undefined;
}

function parsed(file: string): readonly Entry[] {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.sources')) return text.split(/\n\s*\n/).flatMap(deb822Entry);
  return text.split('\n').flatMap(oneLineEntry);
}

/** `deb [signed-by=/k arch=amd64] http://mirror/debian bookworm main contrib` */
function oneLineEntry(line: string): readonly Entry[] {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
  if (!match) return [];
  const [, options = '', uri = '', suite = '', components = ''] = match;
  const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
  return [{ uri, suites: [suite], components: components.trim(), signedBy }];
}

/** One paragraph of `Types: … URIs: … Suites: … Components: …`. */
function deb822Entry(paragraph: string): readonly Entry[] {
  const lines = paragraph.split('\n').filter((line) => !line.startsWith('#'));
  const field = (name: string): string | undefined =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const words = (name: string): readonly string[] => field(name)?.split(/\s+/) ?? [];
  if (!words('types').includes('deb') || field('enabled')?.toLowerCase() === 'no') return [];
  const uri = words('uris')[0];
  if (!uri) return [];
  // A key may also stand inline over several lines; then the trusted keys serve.
  const signedBy = field('signed-by')?.startsWith('/') ? field('signed-by') : undefined;
  return [{ uri, suites: words('suites'), components: field('components') ?? 'main', signedBy }];
}

/** Cloud images name a file that lists mirrors; a build cannot see that file. */
function plainUri(uri: string): string {
  if (!uri.startsWith('mirror+file:')) return uri.replace(/\/$/, '');
  const list = readFileSync(uri.slice('mirror+file:'.length), 'utf8');
  const first = /^\w+:\S*/m.exec(list)?.[0];
  if (!first) throw new Error(`${uri} lists no mirror.`);
  return first.replace(/\/$/, '');
}
