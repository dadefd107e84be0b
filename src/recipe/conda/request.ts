import type { Platform } from '../../oci/types.ts';
import { PYTHON_SETTINGS } from '../pip.ts';
import type { CondaRequest } from '../step.ts';
import { text as CONDA_PROGRAM } from './program.py';

/** Where conda packages are installed: a fixed path, for it stands in their files. */
export const CONDA_PREFIX = '/opt/conda';

/** What a lock of conda's own leaves for pip: its packages of PyPI, with their hashes. */
export const CONDA_PIP_FILE = `${CONDA_PREFIX}/conda-meta/pip-requirements.txt`;

/** The one version that solves and installs: https://conda.github.io/rattler/py-rattler/ */
const RATTLER = 'py-rattler==0.28.0';
const TOOL = '/tmp/jobimg-conda';

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
