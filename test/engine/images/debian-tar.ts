// The file systems of the base images that are Debian, by mmdebstrap.

import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, which } from '../machine/command.ts';
import { unmountIn } from '../machine/mounts.ts';
import { cacheId } from '../machine/paths.ts';
import type { Parts } from '../parts/parts.ts';
import { machineArchive } from '../parts/sources.ts';

const SUITE = 'trixie';
const PYTHON_PACKAGES = ['python3', 'python3-pip', 'python3-venv', 'ca-certificates'];
const TORCH_PACKAGES = ['python3', 'python3-torch'];
const SILENCE_MS = 600_000;
const REACH_TIMEOUT_MS = 10_000;

const QUICK_PIP = 'JOBIMG_ENSUREPIP';
const QUICK_PIP_FILE = fileURLToPath(new URL('ensurepip.py', import.meta.url));

// What makes Debian's Python behave as the official image's: pip may install,
// `python` exists. `$1` is the new root; mmdebstrap gives each line to a shell.
const PYTHON_FINISH = [
  'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
  'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
  'ln -s /usr/bin/python3 "$1/usr/local/bin/python3"',
  // The only bytecode that differed between two runs.
  'rm -rf "$1/usr/share/python3/debpython/__pycache__"',
  // Every environment that a test builds begins with a virtual one.
  `tee -a "$1"/usr/lib/python3.*/ensurepip/__init__.py < "$${QUICK_PIP}" > /dev/null`,
  'rm "$1"/usr/lib/python3.*/ensurepip/__pycache__/__init__.*',
];

const FINISH = [
  'rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*',
  'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/* "$1"/var/log/*',
  ': > "$1/etc/machine-id"',
  // This machine's, copied by mmdebstrap; an engine mounts its own over them.
  'rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
];

const DISTRIBUTED = '"$1"/usr/lib/python3/dist-packages/torch/distributed';
// Half of it that no test uses: tests, and what OpenMPI loads where there are AMD's devices.
const TORCH_FINISH = [
  'ln -s /usr/bin/python3 "$1/usr/local/bin/python"',
  'rm -rf "$1"/usr/lib/libtorch-test',
  'rm -f "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/*/libamd* "$1"/usr/lib/*/ucx/*rocm*',
  // Debian builds it without libuv, and these two ask for it whatever the environment says.
  `sed -i 's/is_master=False,/& use_libuv=False,/' ${DISTRIBUTED}/rendezvous.py`,
  `sed -i 's/multi_tenant=True,/& use_libuv=False,/' ${DISTRIBUTED}/elastic/rendezvous/static_tcp_rendezvous.py`,
];

// Packages are kept beside the tar as soon as they are there, for a run that goes on after one that was ended. mmdebstrap
// fetches the essential ones first, and would fetch the others while it installs them.
const KEPT = 'JOBIMG_PACKAGES';
const ARCHIVES = '"$1/var/cache/apt/archives"';
const KEEP = `find ${ARCHIVES} -maxdepth 1 -name '*.deb' -exec cp --no-clobber -t "$${KEPT}" {} +`;

function keepingHooks(packages: readonly string[]): readonly string[] {
  const take = `mkdir -p ${ARCHIVES} && find "$${KEPT}" -name '*.deb' -exec cp -t ${ARCHIVES} {} +`;
  const fetch = `APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get --yes --download-only install ${packages.join(' ')}`;
  return [
    `--setup-hook=${take}`,
    `--extract-hook=${KEEP}`,
    `--essential-hook=${fetch}`,
    `--essential-hook=${KEEP}`,
  ];
}

/** Debian with its Python. */
export function pythonTar(file: string, epoch: number, parts: Parts): Promise<void> {
  return debianTar(file, epoch, parts, { packages: PYTHON_PACKAGES, finish: [...PYTHON_FINISH, ...FINISH] });
}

/** Debian with its PyTorch, which has no CUDA. */
export function torchTar(file: string, epoch: number, parts: Parts): Promise<void> {
  return debianTar(file, epoch, parts, { packages: TORCH_PACKAGES, finish: [...TORCH_FINISH, ...FINISH] });
}

/** Debian alone, without Python. */
export function bareTar(file: string, epoch: number, parts: Parts): Promise<void> {
  return debianTar(file, epoch, parts, { packages: ['ca-certificates'], finish: FINISH });
}

interface Contents {
  readonly packages: readonly string[];
  readonly finish: readonly string[];
}

async function debianTar(
  file: string,
  epoch: number,
  parts: Parts,
  { packages, finish }: Contents,
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('Making a base image of Debian needs root.');
  const perl = which('perl');
  if (!perl) throw new Error('Making a base image of Debian needs perl. Install the package perl.');
  const mirror = `deb ${await reachableUri(machineArchive().uri)} ${SUITE} main`;
  const kept = join(dirname(file), 'packages');
  mkdirSync(kept, { recursive: true });
  const args = [
    join(parts.prefix, 'usr/bin/mmdebstrap'),
    // It says what it does, and silence means that it hangs.
    '--verbose',
    '--mode=root',
    '--variant=minbase',
    '--format=tar',
    `--include=${packages.join(',')}`,
    ...keepingHooks(packages),
    ...finish.map((line) => `--customize-hook=${line}`),
    SUITE,
    file,
    mirror,
  ];
  const facts = {
    SOURCE_DATE_EPOCH: String(epoch),
    PATH: parts.path,
    [KEPT]: kept,
    [QUICK_PIP]: QUICK_PIP_FILE,
  };
  await inFolder(basename(dirname(file)), async (folder) => {
    const env = { ...process.env, ...facts, TMPDIR: folder };
    await command(perl, args, { env, silenceMs: SILENCE_MS });
  });
}

/** mmdebstrap mounts what a system needs, and leaves it mounted when it is killed. */
async function inFolder(name: string, work: (folder: string) => Promise<void>): Promise<void> {
  // Not in the cache: the user under whom apt fetches may not look into it.
  const folder = join(tmpdir(), `jobimg-${cacheId()}-${name}`);
  const clear = async (): Promise<void> => {
    await unmountIn([folder]);
    await command('rm', ['-rf', '--one-file-system', folder], { timeoutMs: SILENCE_MS });
  };
  await clear();
  mkdirSync(folder);
  try {
    await work(folder);
  } finally {
    await clear();
  }
}

/**
 * Plain http where the archive answers it: apt checks signatures anyway, and a build inside the image need
 * not know the certificates of this network.
 */
async function reachableUri(uri: string): Promise<string> {
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
