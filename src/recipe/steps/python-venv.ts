import type { Job } from '../../jobspec/job/job.ts';
import { CONDA_PREFIX } from '../conda/request.ts';
import type { ChosenConda } from '../dependencies/with-conda.ts';
import { installingStep, requireApt } from '../packages/apt.ts';
import { PYTHON_VERSIONS, type PythonChoice } from '../packages/python.ts';
import { UV, VENV } from '../pip.ts';
import type { Step } from '../step.ts';

/** What decides the virtual environment that packages are installed into. */
interface VenvOptions {
  readonly python: PythonChoice;
  /** A base of our table has the Python that was chosen. */
  readonly baseIsKnown: boolean;
  readonly isolated: boolean;
  readonly conda?: ChosenConda | undefined;
}

/** Where uv puts a Python that the base does not have. */
export const UV_PYTHONS = '/opt/python';

/** The official images have no bytecode of the standard library; Python would write it, with file times, into the layer. */
const NO_BYTECODE = 'export PYTHONDONTWRITEBYTECODE=1';

/** A base that we do not know may have no Python, or Debian's without `venv`. */
export function bootstrapStep(job: Job): Step {
  const packages = ['python3', 'python3-venv'];
  const before = [
    NO_BYTECODE,
    "if python3 -c 'import ensurepip, venv' 2> /dev/null; then exit 0; fi",
    requireApt(
      'it also has no Python with "venv"; choose another one, such as image: { base: python:3.13-slim-bookworm }',
    ),
    "echo 'jobimg: the base has no Python with venv, it gets the one of its distribution'",
  ];
  const origin = job.origins.get('image.base') ?? job.origins.get('image.dockerfile');
  return installingStep({ title: 'python from apt', before, packages, origin });
}

const HAVE = 'import sys; print("%d.%d" % sys.version_info[:2], "%d.%d.%d" % sys.version_info[:3])';

/**
 * The bytecode that `ensurepip` leaves holds file times, so pip is compiled again, as packages are later. Here this is done
 * once for every environment of the base, and pip starts faster. What a Python that is too old for it leaves out, the
 * last step says.
 */
const COMPILE_INSTALLER = [
  `find ${VENV} -name __pycache__ -type d -prune -exec rm -rf {} +`,
  `PYTHONHASHSEED=0 ${VENV}/bin/python -m compileall -qq --invalidation-mode unchecked-hash ${VENV}/lib 2> /dev/null || true`,
];

export function venvText({ python, isolated, baseIsKnown, conda }: VenvOptions): string {
  const flags = isolated && conda === undefined ? '' : '--system-site-packages ';
  const other =
    baseIsKnown || python.accepts === undefined ? [] : otherPython(python.version, python.accepts);
  return [
    NO_BYTECODE,
    ...other,
    `${other.length === 0 ? 'python3' : '"$python"'} -m venv ${flags}${VENV}`,
    ...COMPILE_INSTALLER,
    ...(conda === undefined ? [] : SEE_EACH_OTHER),
  ].join('\n');
}

/** Where a Python looks for packages. */
const PURELIB = 'import sysconfig; print(sysconfig.get_path("purelib"))';

/** Programs that conda packages bring, such as `torchrun`, are run by conda's Python, and see what pip installs too. */
const SEE_EACH_OTHER = [
  `if [ -x ${CONDA_PREFIX}/bin/python3 ]; then`,
  `  ${VENV}/bin/python -c '${PURELIB}' > "$(${CONDA_PREFIX}/bin/python3 -c '${PURELIB}')/jobimg.pth"`,
  'fi',
];

/** Prints a line for the new environment that adds the packages of the virtual environment which Python is of, if it is of one. */
const OUTER =
  'import sys, sysconfig; sys.prefix == sys.base_prefix or print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))';

const OUTER_FILE = `$(echo ${VENV}/lib/python3*/site-packages)/jobimg-outer.pth`;

/** What a Dockerfile installed into a virtual environment of its own is seen as well; one at our place is used as it is. */
export function ownVenvText(options: VenvOptions): string {
  const { python, isolated } = options;
  const asked = python.accepts;
  return [
    NO_BYTECODE,
    `if [ -x ${VENV}/bin/python ]; then`,
    `  echo 'jobimg: packages are installed into the ${VENV} of the Dockerfile'`,
    ...(asked === undefined ? [] : requirePython(python.version, asked)),
    `  if [ ! -x ${VENV}/bin/pip ]; then ${VENV}/bin/python -m ensurepip --default-pip; fi`,
    '  exit 0',
    'fi',
    ...(asked === undefined ? ['python=python3'] : otherPython(python.version, asked)),
    ...(isolated ? [] : [`outer=$("$python" -c '${OUTER}')`]),
    `"$python" -m venv ${isolated ? '' : '--system-site-packages '}${VENV}`,
    ...(isolated ? [] : [`if [ -n "$outer" ]; then echo "$outer" > "${OUTER_FILE}"; fi`]),
    ...COMPILE_INSTALLER,
    ...(options.conda === undefined ? [] : SEE_EACH_OTHER),
  ].join('\n');
}

function requirePython(version: string, accepts: readonly string[]): readonly string[] {
  return [
    `  have=$(${VENV}/bin/python -c '${HAVE}')`,
    '  case "$have" in',
    `    ${accepts.map(patternOf).join('|')}) ;;`,
    `    *) echo "jobimg: ${VENV} of the Dockerfile has Python \${have#* }, and ${version} is asked for" >&2; exit 1 ;;`,
    '  esac',
  ];
}

/** A base with another Python than the one asked for gets that from uv. */
function otherPython(version: string, accepts: readonly string[]): readonly string[] {
  return [
    'python=python3',
    `have=$(python3 -c '${HAVE}')`,
    'case "$have" in',
    `  ${accepts.map(patternOf).join('|')}) ;;`,
    '  *)',
    `    echo "jobimg: the base has Python \${have#* }, and ${version} is asked for: it comes from uv"`,
    '    python3 -m venv /tmp/jobimg-uv',
    `    /tmp/jobimg-uv/bin/pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check ${UV}`,
    `    export UV_PYTHON_INSTALL_DIR=${UV_PYTHONS} UV_NO_CACHE=1 UV_NO_PROGRESS=1`,
    `    /tmp/jobimg-uv/bin/uv python install --no-bin ${version} || {`,
    `      echo 'jobimg: Python ${version} could not be fetched; choose a base that has it, such as image: { base: python:${version}-slim-bookworm }' >&2`,
    '      exit 1',
    '    }',
    `    python=$(/tmp/jobimg-uv/bin/uv python find --no-project --managed-python ${version})`,
    '    rm -rf /tmp/jobimg-uv',
    '    ;;',
    'esac',
  ];
}

/** `have` is "3.13 3.13.1". */
function patternOf(version: string): string {
  return PYTHON_VERSIONS.includes(version) ? `"${version} "*` : `*" ${version}"`;
}
