import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { CONDA_PREFIX } from '../conda/request.ts';
import { compilersStep, type Devel, headersStep } from '../cuda/devel.ts';
import type { ChosenFile } from '../dependencies/choose.ts';
import type { ChosenConda } from '../dependencies/with-conda.ts';
import { targetOf } from '../downloads/target.ts';
import type { PythonChoice } from '../packages/python.ts';
import { withWheels } from '../packages/wheels.ts';
import { installRequirements, PIP_INSTALL, PYTHON_SETTINGS, VENV } from '../pip.ts';
import { platformOf } from '../platform.ts';
import type { Open, Step, Wheels } from '../step.ts';
import { text as BYTECODE_PROGRAM } from './bytecode.py';
import { condaStep } from './conda.ts';
import { bootstrapStep, ownVenvText, UV_PYTHONS, venvText } from './python-venv.ts';

/** No line of the program is this one. */
const END = '--end--';

interface PythonStepsOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly python: PythonChoice;
  /** A base of our table has the Python that was chosen. */
  readonly baseIsKnown: boolean;
  /** The steps stand on top of a user's own Dockerfile, which may have virtual environments of its own. */
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
export function pythonSteps(options: PythonStepsOptions): readonly Step[] {
  const { job, files, packages, conda } = options;
  const installs = files.flatMap((file) => fileStep(file, options));
  const listed = packages.length === 0 ? [] : [packagesStep(options)];
  const steps = [...installs, ...listed];
  const { devel, baseIsKnown } = options;
  const made = [
    ...(conda === undefined ? [] : [condaStep(conda, options)]),
    ...(devel.where === 'build' ? [compilersStep(job, devel)] : []),
    ...(baseIsKnown || devel.where === 'none' ? [] : [headersStep(job, devel)]),
    step('python', options.onDockerfile ? ownVenvText(options) : venvText(options), {
      origin: options.python.origin,
    }),
    ...steps,
    ...(steps.length === 0 && conda === undefined
      ? []
      : [step('bytecode', compileText(conda !== undefined), { offline: true })]),
  ];
  const before = baseIsKnown ? [] : [bootstrapStep(job)];
  return [...before, ...(devel.where === 'build' ? asBuildStage(made, options) : made)];
}

/** Compilers stay behind: only what is made with them gets into the image. */
function asBuildStage(steps: readonly Step[], options: PythonStepsOptions): readonly Step[] {
  const mayFetch = !options.baseIsKnown && options.python.accepts !== undefined;
  const folders = [
    ...(options.conda === undefined ? [] : [CONDA_PREFIX]),
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

function fileStep(file: ChosenFile, options: PythonStepsOptions): readonly Step[] {
  const { path, install, files, open, conda } = file;
  if (install === undefined) return [];
  const left = open === 'files' ? { requirements: [], files } : open && { files: [], ...open };
  const title = conda === undefined ? path : `${path} (pip)`;
  return [install].flat().map((run, index) =>
    step(index === 0 ? title : `${title} ${index + 1}`, withWheels(run, options.wheels.get(path)), {
      secrets: options.secrets,
      files,
      origin: { file: path },
      open: left && openStep(path, left, options),
      downloads: index === 0 ? downloadsOf(file, options) : undefined,
    }),
  );
}

/** What conda fetches counts for its own step. */
function downloadsOf({ downloads, conda }: ChosenFile, options: PythonStepsOptions): number | undefined {
  const { python, baseIsKnown, image } = options;
  const isKnown = baseIsKnown || python.accepts?.length === 1;
  const target = targetOf(platformOf(image), isKnown ? python.version : undefined);
  return conda === undefined ? downloads?.(target) : undefined;
}

function packagesStep(options: PythonStepsOptions): Step {
  const { packages, secrets, job } = options;
  return step('packages', withWheels(installRequirements(packages), options.wheels.get('packages')), {
    secrets,
    origin: job.origins.get('image.packages'),
    open: openStep('packages', { requirements: packages, files: [] }, options),
  });
}

function openStep(
  title: string,
  left: Pick<Extract<Open, { kind: 'pip' }>, 'requirements' | 'files' | 'archives' | 'read'>,
  { python, baseIsKnown, isolated, wheels }: PythonStepsOptions,
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

/**
 * With a fixed hash seed and without times, the same bytes come out each time; `unchecked-hash` also stays valid when
 * file times are rewritten, and the run's user could not write bytecode itself. A Python that is too old for it leaves
 * the image without bytecode, and it is said. What the program imports for itself is not written.
 */
function compileText(hasConda: boolean): string {
  const folders = hasConda ? `${CONDA_PREFIX}/lib ${VENV}/lib` : `${VENV}/lib`;
  return [
    `PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 ${VENV}/bin/python - ${folders} <<'${END}' || echo 'jobimg: bytecode is not complete' >&2`,
    `${BYTECODE_PROGRAM}${END}`,
  ].join('\n');
}
