// The archive that this machine already uses, read from its own apt sources in
// both formats. No host name is written anywhere in this project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const APT = '/etc/apt';

/**
 * @typedef {object} Archive
 * @property {string} distribution `debian`, `ubuntu`, …
 * @property {string} codename
 * @property {string} uri
 * @property {string} components
 * @property {string | undefined} signedBy
 */

/** @returns {Archive} */
export function machineArchive() {
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

function osRelease() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { distribution: value('ID'), codename: value('VERSION_CODENAME') };
}

/** @returns {string[]} */
function sourceFiles() {
  const dir = join(APT, 'sources.list.d');
  const parts = existsSync(dir)
    ? readdirSync(dir)
        .sort()
        .map((name) => join(dir, name))
    : [];
  return [join(APT, 'sources.list'), ...parts].filter((file) => existsSync(file));
}

/** @param {string} file */
function parsed(file) {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.sources')) return text.split(/\n\s*\n/).flatMap(deb822Entry);
  return text.split('\n').flatMap(oneLineEntry);
}

/** `deb [signed-by=/k arch=amd64] http://mirror/debian bookworm main contrib` */
function oneLineEntry(line) {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
  if (!match) return [];
  const [, options = '', uri, suite, components] = match;
  const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
  return [{ uri, suites: [suite], components: components.trim(), signedBy }];
}

/** One paragraph of `Types: … URIs: … Suites: … Components: …`. */
function deb822Entry(paragraph) {
  const lines = paragraph.split('\n').filter((line) => !line.startsWith('#'));
  const field = (name) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const words = (name) => field(name)?.split(/\s+/) ?? [];
  if (!words('types').includes('deb') || field('enabled')?.toLowerCase() === 'no') return [];
  const uri = words('uris')[0];
  if (!uri) return [];
  // A key may also stand inline over several lines; then the trusted keys serve.
  const signedBy = field('signed-by')?.startsWith('/') ? field('signed-by') : undefined;
  return [{ uri, suites: words('suites'), components: field('components') ?? 'main', signedBy }];
}

/** Cloud images name a file that lists mirrors; a build cannot see that file. */
function plainUri(uri) {
  if (!uri.startsWith('mirror+file:')) return uri.replace(/\/$/, '');
  const list = readFileSync(uri.slice('mirror+file:'.length), 'utf8');
  const first = list.split('\n').find((line) => /^\w+:/.test(line));
  if (!first) throw new Error(`${uri} lists no mirror.`);
  return first.split(/\s+/)[0].replace(/\/$/, '');
}
