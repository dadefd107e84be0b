import type { BuiltImage, Job } from '../spec/job.ts';
import { installingStep, requireApt } from './apt.ts';
import type { ChosenConda } from './conda/choose.ts';
import { CONDA_PREFIX } from './conda/request.ts';
import { condaStep } from './conda/step.ts';
import type { ChosenFile } from './dependencies/choose.ts';
import { compilersStep, type Devel, headersStep } from './devel.ts';
import { installRequirements, PIP_INSTALL, PYTHON_SETTINGS, UV, VENV } from './pip.ts';
import { PYTHON_VERSIONS, type PythonChoice } from './python.ts';
import type { Open, Step } from './recipe.ts';
import { type Wheels, withWheels } from './wheels.ts';

interface Wanted {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly python: PythonChoice;
  /** A base of our table has the Python that was chosen. */
  readonly baseIsKnown: boolean;
  /** The steps stand on top of an own Dockerfile, which may have virtual environments of its own. */
  readonly onDockerfile: boolean;
  readonly isolated: boolean;
  readonly conda?: ChosenConda | undefined;
  readonly files: readonly ChosenFile[];
  readonly packages: readonly string[];
  /** Of steps that install torch, by their title. */
  readonly wheels: ReadonlyMap<string, Wheels>;
  /** Where compilers are: packages without a wheel, and what torch compiles, need the headers of Python as well. */
  readonly devel: Devel;
  /** Build secrets that the installer may need for an index. */
  readonly secrets: readonly string[];
}

/** One layer each for Python, every dependency file, the packages and the bytecode of them all. */
export function pythonSteps(wanted: Wanted): readonly Step[] {
  const { job, files, packages, conda } = wanted;
  const installs = files.flatMap((file) => fileStep(file, wanted));
  const listed = packages.length === 0 ? [] : [packagesStep(wanted)];
  const steps = [...installs, ...listed];
  const { devel, baseIsKnown } = wanted;
  const made = [
    ...(conda === undefined ? [] : [condaStep(conda, wanted)]),
    ...(devel.where === 'build' ? [compilersStep(job, devel)] : []),
    ...(baseIsKnown || devel.where === 'none' ? [] : [headersStep(job, devel)]),
    step('python', wanted.onDockerfile ? ownVenvText(wanted) : venvText(wanted), {
      origin: wanted.python.origin,
    }),
    ...steps,
    ...(steps.length === 0 && conda === undefined
      ? []
      : [step('bytecode', compileText(conda !== undefined), { offline: true })]),
  ];
  const before = baseIsKnown ? [] : [bootstrapStep(job)];
  return [...before, ...(devel.where === 'build' ? beside(made, wanted) : made)];
}

/** Compilers stay behind: only what is made with them gets into the image. */
function beside(steps: readonly Step[], wanted: Wanted): readonly Step[] {
  const mayFetch = !wanted.baseIsKnown && wanted.python.accepts !== undefined;
  const folders = [
    ...(wanted.conda === undefined ? [] : [CONDA_PREFIX]),
    VENV,
    ...(mayFetch ? [UV_PYTHONS] : []),
  ];
  // uv puts a Python there only where the base has another one.
  const mkdir = mayFetch ? `mkdir -p ${UV_PYTHONS}\n` : '';
  return steps.map((one) => ({
    ...one,
    run: one.title === 'python' ? `${mkdir}${one.run}` : one.run,
    env: one.kind === 'python' ? new Map([...one.env, ...SAME_BYTES]) : one.env,
    aside: { folders },
  }));
}

/** pip compiles in a folder that has another name each time, which only what is for debuggers would keep. */
const SAME_BYTES = [
  ['CFLAGS', '-g0'],
  ['CXXFLAGS', '-g0'],
] as const;

/** Where uv puts a Python that the base does not have. */
const UV_PYTHONS = '/opt/python';

function fileStep({ path, install, files, open, conda }: ChosenFile, wanted: Wanted): readonly Step[] {
  if (install === undefined) return [];
  const left = open === 'files' ? { requirements: [], files } : open && { files: [], ...open };
  const title = conda === undefined ? path : `${path} (pip)`;
  return [install].flat().map((run, index) =>
    step(index === 0 ? title : `${title} ${index + 1}`, withWheels(run, wanted.wheels.get(path)), {
      secrets: wanted.secrets,
      files,
      origin: { file: path },
      open: left && openStep(path, left, wanted),
    }),
  );
}

function packagesStep(wanted: Wanted): Step {
  const { packages, secrets, job } = wanted;
  return step('packages', withWheels(installRequirements(packages), wanted.wheels.get('packages')), {
    secrets,
    origin: job.origins.get('image.packages'),
    open: openStep('packages', { requirements: packages, files: [] }, wanted),
  });
}

function openStep(
  title: string,
  left: Pick<Extract<Open, { kind: 'pip' }>, 'requirements' | 'files' | 'read'>,
  { python, baseIsKnown, isolated, wheels }: Wanted,
): Open {
  // A base of our table has its Python in its name.
  const asked = baseIsKnown || python.accepts === undefined ? undefined : python.version;
  return { kind: 'pip', ...left, python: asked, isolated, wheels: wheels.get(title) };
}

function step(title: string, run: string, more: Partial<Step> = {}): Step {
  return { title, run, kind: 'python', secrets: [], env: new Map(), files: [], ...more };
}

/** `install: project`, after the code. */
export function installStep(job: Job, secrets: readonly string[]): Step {
  const run = [PYTHON_SETTINGS, `${PIP_INSTALL} --no-deps .`].join('\n');
  return step('install', run, { secrets, origin: job.origins.get('image.install') });
}

/** The official images have no bytecode of the standard library; Python would write it, with file times, into the layer. */
const NO_BYTECODE = 'export PYTHONDONTWRITEBYTECODE=1';

/** A base that we do not know may have no Python, or Debian's without `venv`. */
function bootstrapStep(job: Job): Step {
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

/** The bytecode that `ensurepip` leaves holds file times: it goes, and is made again with all the rest. */
function venvText({ python, isolated, baseIsKnown, conda }: Wanted): string {
  const flags = isolated && conda === undefined ? '' : '--system-site-packages ';
  const other =
    baseIsKnown || python.accepts === undefined ? [] : otherPython(python.version, python.accepts);
  return [
    NO_BYTECODE,
    ...other,
    `${other.length === 0 ? 'python3' : '"$python"'} -m venv ${flags}${VENV}`,
    `find ${VENV} -name __pycache__ -type d -prune -exec rm -rf {} +`,
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
function ownVenvText(wanted: Wanted): string {
  const { python, isolated } = wanted;
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
    `find ${VENV} -name __pycache__ -type d -prune -exec rm -rf {} +`,
    ...(wanted.conda === undefined ? [] : SEE_EACH_OTHER),
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

/**
 * Serially, with a fixed hash seed and without times, the same bytes come out each time; `unchecked-hash` also stays
 * valid when file times are rewritten, and the run's user could not write bytecode itself. It may fail: packages ship
 * files that are no valid Python on purpose. What it imports for itself is not written.
 */
function compileText(hasConda: boolean): string {
  const folders = hasConda ? `${CONDA_PREFIX}/lib ${VENV}/lib` : `${VENV}/lib`;
  return `PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 ${VENV}/bin/python -m compileall -qq -j1 --invalidation-mode unchecked-hash ${folders} || true`;
}
