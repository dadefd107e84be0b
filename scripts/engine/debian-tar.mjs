// The file systems of the base images that are Debian, by mmdebstrap.
import { join } from 'node:path';
import { command, which } from './command.mjs';
import { machineArchive } from './sources.mjs';

const SUITE = 'trixie';
const PYTHON_PACKAGES = ['python3', 'python3-pip', 'python3-venv', 'ca-certificates'];
const TIMEOUT_MS = 600_000;
const REACH_TIMEOUT_MS = 10_000;

// What makes Debian's Python behave as the official image's: pip may install,
// `python` exists. `$1` is the new root; mmdebstrap gives each line to a shell.
const PYTHON_FINISH = [
  'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
  'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
  'ln -s /usr/bin/python3 "$1/usr/local/bin/python3"',
  // The only bytecode that differed between two runs.
  'rm -rf "$1/usr/share/python3/debpython/__pycache__"',
];

const FINISH = [
  'rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*',
  'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/* "$1"/var/log/*',
  ': > "$1/etc/machine-id"',
  // This machine's, copied by mmdebstrap; an engine mounts its own over them.
  'rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
];

/**
 * @param {string} file
 * @param {number} epoch
 * @param {import('./parts.mjs').Parts} parts
 */
export function pythonTar(file, epoch, parts) {
  return debianTar(file, epoch, parts, { packages: PYTHON_PACKAGES, finish: [...PYTHON_FINISH, ...FINISH] });
}

/**
 * Debian alone, without Python.
 * @param {string} file
 * @param {number} epoch
 * @param {import('./parts.mjs').Parts} parts
 */
export function bareTar(file, epoch, parts) {
  return debianTar(file, epoch, parts, { packages: ['ca-certificates'], finish: FINISH });
}

async function debianTar(file, epoch, parts, { packages, finish }) {
  if (process.getuid?.() !== 0) throw new Error('Making a base image of Debian needs root.');
  const perl = which('perl');
  if (!perl) throw new Error('Making a base image of Debian needs perl. Install the package perl.');
  const mirror = `deb ${await reachableUri(machineArchive().uri)} ${SUITE} main`;
  const args = [
    join(parts.prefix, 'usr/bin/mmdebstrap'),
    '--mode=root',
    '--variant=minbase',
    '--format=tar',
    `--include=${packages.join(',')}`,
    ...finish.map((line) => `--customize-hook=${line}`),
    SUITE,
    file,
    mirror,
  ];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), PATH: parts.path };
  await command(perl, args, { env, timeoutMs: TIMEOUT_MS });
}

/**
 * Plain http where the archive answers it: apt checks signatures anyway, and a
 * build inside the image need not know the certificates of this network.
 * @param {string} uri
 */
async function reachableUri(uri) {
  const plain = uri.replace(/^https:/, 'http:');
  if (plain === uri) return uri;
  try {
    const answer = await fetch(`${plain}/dists/${SUITE}/InRelease`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    return answer.status === 200 ? plain : uri;
  } catch {
    return uri;
  }
}
