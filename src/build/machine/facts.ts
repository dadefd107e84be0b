import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../io/errno.ts';
import { namedFile, namedFolder } from '../../io/fs/folders.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { Rights } from '../../plan/rights.ts';
import { type AddressFilter, mergePipConfigs, type PipConfig, pipConfigFiles } from './pip-config.ts';
import { publicAddress } from './public-address.ts';

/**
 * What of this machine the steps of a build need to reach the network as the machine does. It is handed over for the
 * time of a step, and is in no layer and no id.
 */
export interface HostFacts {
  /** PEM certificates to trust; an empty text leaves the image its own trust. */
  readonly certificates: string;
  /** It may hold credentials. */
  readonly pip: PipConfig;
  readonly proxies: ReadonlyMap<string, string>;
  readonly hostNetwork: boolean;
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'FTP_PROXY', 'ALL_PROXY'] as const;

/**
 * Steps of code without a right to credentials could read each of these back, and reach what listens on the machine.
 * `reaches` says which addresses of packages lead anywhere from where they are used.
 */
export async function gatherHostFacts(
  env: Variables,
  { credentials }: Pick<Rights, 'credentials'>,
  reaches: (address: string) => boolean = () => true,
): Promise<HostFacts> {
  const address: AddressFilter = credentials ? (whole) => whole : publicAddress;
  const index: AddressFilter = (whole) => (reaches(whole) ? address(whole) : undefined);
  const [certificates, pip] = await Promise.all([readCertificates(env), readPip(env, index)]);
  const proxies = PROXIES.flatMap((name) => [name, name.toLowerCase()]).flatMap((name) => {
    const value = address(env[name] ?? '') ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  return {
    certificates,
    pip,
    proxies: new Map(proxies),
    hostNetwork: credentials && env['JOBIMG_BUILD_NETWORK'] === 'host',
  };
}

/** Variables by which people tell tools of a bundle or of a further certificate. */
const NAMED_BUNDLES = [
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
] as const;
/** Where Debian, Red Hat and SUSE take certificates that an administrator added. */
const ADDED_FOLDERS = [
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust/source/anchors',
  '/etc/pki/trust/anchors',
] as const;
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const;

/**
 * A machine that names or adds a certificate of its own gives the steps all that it trusts: its bundle, what is named
 * and what was added, each certificate once. Any other machine gives nothing, and the image's own trust holds.
 */
async function readCertificates(env: Variables): Promise<string> {
  const named = NAMED_BUNDLES.flatMap((name) => namedFile(env, name) ?? []);
  const added = (await Promise.all(ADDED_FOLDERS.map(certificatesIn))).flat();
  if (named.length === 0 && added.length === 0) return '';

  const texts = await Promise.all([...new Set([...SYSTEM_BUNDLES, ...named, ...added])].map(readIfThere));
  const certificates = texts.flatMap((text) => text.match(CERTIFICATE) ?? []);
  return [...new Set(certificates)].map((certificate) => `${certificate}\n`).join('');
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

async function certificatesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries
      .filter((entry) => /\.(?:crt|pem|cer)$/.test(entry))
      .sort()
      .map((entry) => join(folder, entry));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readPip(env: Variables, address: AddressFilter): Promise<PipConfig> {
  const texts = await Promise.all(pipConfigFiles(env).map(readIfThere));
  return mergePipConfigs(texts, env, address);
}

/** The keys of servers that the caller trusts: https://man.openbsd.org/sshd#SSH_KNOWN_HOSTS_FILE_FORMAT */
export async function readKnownHosts(env: Variables): Promise<string> {
  const home = namedFolder(env, 'HOME');
  const own = home === undefined ? [] : [join(home, '.ssh', 'known_hosts')];
  const texts = await Promise.all([...own, '/etc/ssh/ssh_known_hosts'].map(readIfThere));
  return texts.filter((text) => text.trim() !== '').join('\n');
}

/** '' for a file that is not there or is not ours to read: it is then not ours to hand over either. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes(errnoOf(error) ?? '');
}
