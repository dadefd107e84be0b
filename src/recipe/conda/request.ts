import type { Platform } from '../../oci/types.ts';
import { PYTHON_SETTINGS } from '../pip.ts';
import { text as CONDA_PROGRAM } from './program.py';

/** Where conda packages are installed: a fixed path, for it stands in their files. */
export const CONDA_PREFIX = '/opt/conda';

/** What a lock of conda's own leaves for pip: its packages of PyPI, with their hashes. */
export const CONDA_PIP_FILE = `${CONDA_PREFIX}/conda-meta/pip-requirements.txt`;

/** The one version that solves and installs: https://conda.github.io/rattler/py-rattler/ */
const RATTLER = 'py-rattler==0.28.0';
const TOOL = '/tmp/jobimg-conda';

/**
 * What a step asks program.py for, which solves and installs conda packages. It reads this as JSON from its standard
 * input and leaves nothing of the day, of the machine or of a cache: archives are checked by their hashes before anything
 * is unpacked, and what the installer records about itself is taken out.
 */
export type CondaRequest = { readonly platform: string } & CondaEnvironment;

export type CondaEnvironment =
  /** A solve: whatever the channels have that day. */
  | {
      readonly channels: readonly string[];
      readonly specs: readonly string[];
      /** What holds for packages that the others bring along. */
      readonly constraints: readonly string[];
      /** Virtual packages beside those of every Linux: `__cuda`. */
      readonly virtual: Readonly<Record<string, string>>;
    }
  /** A lock file of the repository, by its path in the step. */
  | { readonly lock: string }
  /** Exactly these archives: `https://…/zlib-1.3.1-0.conda#<sha256>`. A line each, for there may be hundreds. */
  | { readonly packages: readonly string[] };

const SUBDIRS: Readonly<Record<string, string>> = { amd64: 'linux-64', arm64: 'linux-aarch64' };

/** What conda calls a platform of Linux: https://docs.conda.io/projects/conda-build/en/latest/concepts/channels.html */
export function condaPlatform({ architecture }: Platform): string {
  return SUBDIRS[architecture] ?? `linux-${architecture}`;
}

/** No line of the program or of a request is this one. */
const END = '--end--';

/** Installs into the prefix; with `answer` it only writes there what it would install. */
export function condaText(request: CondaRequest, answer?: string): string {
  const asked = answer === undefined ? request : { ...request, answer };
  return [
    PYTHON_SETTINGS,
    `python3 -m venv ${TOOL}`,
    `${TOOL}/bin/pip install --quiet --no-cache-dir --no-compile --no-deps --only-binary :all: ${RATTLER}`,
    `cat > ${TOOL}/conda.py <<'${END}'`,
    `${CONDA_PROGRAM}${END}`,
    `${TOOL}/bin/python ${TOOL}/conda.py <<'${END}'`,
    JSON.stringify(asked, undefined, 2),
    END,
    `rm -rf ${TOOL}`,
  ].join('\n');
}
