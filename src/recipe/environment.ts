import type { BuiltImage, Job, OwnDockerfile } from '../spec/job.ts';
import { looksSecret } from '../spec/values/names.ts';
import { chooseAccess } from './access.ts';
import { aptStep, chooseAptPackages } from './apt.ts';
import { chooseBase } from './base.ts';
import { chooseAllDependencies, condaOf } from './conda/choose.ts';
import { baseBesideConda } from './conda/python.ts';
import { CONDA_PREFIX } from './conda/request.ts';
import { type Cuda, chooseCuda } from './cuda.ts';
import type { ChosenDependencies } from './dependencies/choose.ts';
import { chooseDevel, compilersStep } from './devel.ts';
import { earlySteps } from './early-step.ts';
import { checkGit } from './git-needed.ts';
import { attempt, emptyNotes, type Notes, problem } from './notes.ts';
import { chooseOwnDockerfile, type OwnChoice } from './own-dockerfile.ts';
import { VENV } from './pip.ts';
import { platformOf } from './platform.ts';
import { choosePython, type PythonChoice } from './python.ts';
import { installStep, pythonSteps } from './python-steps.ts';
import type { Access, BaseUse, InheritedFrom, Layout, OwnRecipe, Step, Tree } from './recipe.ts';
import { installsTorch } from './torch-asks.ts';
import { commandSteps } from './user-commands.ts';
import { HOME, userStep, userText } from './user-step.ts';

export interface EnvironmentChoice {
  readonly bases: readonly BaseUse[];
  readonly base?: BaseUse | undefined;
  readonly own?: OwnRecipe | undefined;
  readonly layout: Omit<Layout, 'workdir'>;
  /** As the spec or the own Dockerfile says. */
  readonly workdir?: string | undefined;
  /** What a user's own Dockerfile sets by itself. */
  readonly fileWorkdir?: string | undefined;
  readonly steps: readonly Step[];
  /** Steps that follow the code. */
  readonly after: readonly Step[];
  readonly access?: Access | undefined;
  readonly copiesContext: boolean;
}

interface Asking {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly inheritedFrom: InheritedFrom;
}

export function chooseEnvironment(asking: Asking, notes: Notes): EnvironmentChoice | undefined {
  const { image, job } = asking;
  for (const name of image.env.keys()) checkVariable(name, job, notes);
  return image.dockerfile === undefined
    ? generatedEnvironment(asking, notes)
    : ownEnvironment(image.dockerfile, asking, notes);
}

function checkVariable(name: string, job: Job, notes: Notes): void {
  if (!looksSecret(name)) return;
  problem(notes, {
    code: 'secret-in-image',
    message: `"${name}" looks like a secret, and the image would keep its value`,
    hint: `write "secrets: [${name}]" beside "image" for the run, or below "image" for build steps`,
    location: job.origins.get(`image.env.${name}`),
  });
}

function generatedEnvironment(asking: Asking, notes: Notes): EnvironmentChoice {
  const { job, image, tree } = asking;
  const dependencies = chooseAllDependencies(image, { job, tree }, notes);
  const conda = condaOf(dependencies)?.conda;
  const condaNames = conda?.python !== undefined;
  const python = choosePython({ job, image, tree, needs: dependencies.needs, condaNames }, notes);
  const hasDependencies = dependencies.found || image.packages.length > 0;
  const ofBase = conda === undefined ? python : baseBesideConda(python, conda, notes);
  const cuda = chooseCuda({ job, image, tree, dependencies, python }, notes);
  const base = chooseBase({ job, image, python: ofBase, cuda, hasDependencies }, notes);
  const wanted = { ...asking, dependencies, python, cuda, baseIsKnown: base.known };
  const packages = packageSteps(wanted, notes);
  if (base.known) noteOwnDockerfile(tree, notes);

  const workdir = image.workdir ?? '/workspace';
  const layout = {
    inherits: image.inherits,
    env: new Map([...variables(image), ...condaVariables(dependencies), ...image.env]),
    path: pathOf(packages.steps),
    user: userText(image.user),
    labels: image.labels,
  };
  const use = {
    reference: base.reference,
    platform: platformOf(image),
    origin: job.origins.get('image.base'),
  };
  return {
    bases: [use],
    base: use,
    layout,
    workdir,
    steps: [
      ...packages.steps,
      ...earlySteps(image, workdir, tree),
      ...commandSteps('build', image, notes),
      userStep(job, image.user, [HOME, workdir]),
    ],
    after: packages.after,
    access: packages.access,
    copiesContext: false,
  };
}

function variables(image: BuiltImage): ReadonlyMap<string, string> {
  const { lang } = image;
  return new Map([['LANG', lang], ['LC_ALL', lang], ['LANGUAGE', lang], ...image.env]);
}

/** What an activation would set; the scripts of packages that are run at one are not. */
function condaVariables(dependencies: ChosenDependencies): ReadonlyMap<string, string> {
  const conda = condaOf(dependencies)?.conda;
  return conda === undefined ? new Map() : new Map([['CONDA_PREFIX', CONDA_PREFIX], ...conda.variables]);
}

/** A Dockerfile of the user's is never taken by itself, but its presence asks for a word. */
function noteOwnDockerfile(tree: Tree, notes: Notes): void {
  if (!tree.has('Dockerfile')) return;
  const why = 'it is not used; write image: { dockerfile: Dockerfile } to build it';
  notes.reasons.push({ subject: 'Dockerfile', choice: 'none', why });
}

function ownEnvironment(
  dockerfile: OwnDockerfile,
  asking: Asking,
  notes: Notes,
): EnvironmentChoice | undefined {
  const { job, image, tree } = asking;
  const chosen = chooseOwnDockerfile(dockerfile, asking, notes);
  if (chosen === undefined) return undefined;

  // Its packages are its own business: only files that the spec names are installed on top.
  const requirements = image.requirements === 'auto' ? 'none' : image.requirements;
  const asksNothing = requirements === 'none' && image.conda === undefined;
  const asked = { ...image, requirements } as const;
  const dependencies = asksNothing ? NOTHING : chooseAllDependencies(asked, { job, tree }, notes);
  // So is its Python: another one is only what the spec, or one of those files, asks for.
  const python = choosePython({ job, image, tree: NO_FILES, needs: dependencies.needs }, notes);
  const conda = condaOf(dependencies)?.conda;
  if (conda !== undefined) baseBesideConda(python, conda, notes);
  const cuda = chooseCuda({ job, image, tree, dependencies, python }, notes);
  const packages = packageSteps({ ...asking, dependencies, python, cuda, baseIsKnown: false }, notes);
  const steps = [...packages.steps, ...commandSteps('build', image, notes)];
  const { after, access } = packages;

  const hasSteps = steps.length + after.length > 0;
  const returnsTo = hasSteps && image.user === undefined;
  const fileUser = returnsTo ? attempt(notes, undefined, chosen.user) : undefined;
  const user = image.user === undefined ? fileUser : userText(image.user);
  const env = new Map([
    ...(job.origins.has('image.lang') ? variables(image) : []),
    ...condaVariables(dependencies),
    ...image.env,
  ]);
  const { ownShell } = chosen;
  const { bases, copiesContext } = chosen;
  return {
    bases,
    copiesContext,
    ...ownWorkdir(image, chosen, notes),
    layout: { env, path: pathOf(packages.steps), user, labels: image.labels, ownShell },
    steps,
    after,
    access,
  };
}

type Workdirs = Pick<EnvironmentChoice, 'own' | 'workdir' | 'fileWorkdir'>;

/** The spec's own goes before the file's, and then nobody has to know that. */
function ownWorkdir({ workdir }: BuiltImage, chosen: OwnChoice, notes: Notes): Workdirs {
  const said = attempt(workdir === undefined ? notes : emptyNotes(), undefined, chosen.workdir);
  const fileWorkdir = said === 'base' ? undefined : said?.path;
  const asks = workdir === undefined && said === 'base' ? chosen.own.asks : undefined;
  return { own: { ...chosen.own, asks }, workdir: workdir ?? fileWorkdir, fileWorkdir };
}

const NOTHING: ChosenDependencies = { files: [], needs: [], found: false };
const NO_FILES: Tree = { has: () => false, text: () => undefined, list: () => [] };

interface Wanted extends Asking {
  readonly dependencies: ChosenDependencies;
  readonly python: PythonChoice;
  readonly cuda: Cuda;
  readonly baseIsKnown: boolean;
}

interface PackageSteps {
  readonly steps: readonly Step[];
  /** The steps that follow the code. */
  readonly after: readonly Step[];
  readonly access: Access | undefined;
}

function packageSteps(wanted: Wanted, notes: Notes): PackageSteps {
  const { job, image, tree, dependencies, python, baseIsKnown, cuda } = wanted;
  const apt = chooseAptPackages(job, image, tree, notes);
  checkGit(wanted, apt, notes);
  const files = dependencies.files.filter(({ install }) => install !== undefined);
  const secrets = image.secrets.map(({ name }) => name).sort();
  const asked = (image.python !== undefined && !baseIsKnown) || image.isolated || cuda.base !== undefined;
  const conda = condaOf(dependencies);
  const hasPackages = files.length + image.packages.length > 0 || conda !== undefined;
  const needsPython = hasPackages || image.install === 'project' || asked;
  const { isolated, packages } = image;
  const onDockerfile = image.dockerfile !== undefined;
  const devel = chooseDevel({ job, image, hasTorch: installsTorch(wanted) }, notes);
  const installs = pythonSteps({
    ...{ job, image, python, baseIsKnown, onDockerfile, isolated, conda, files, packages, secrets },
    wheels: cuda.wheels,
    devel,
  });
  const steps = [
    ...(apt.length === 0 ? [] : [aptStep(job, apt)]),
    ...(devel.where === 'runtime' ? [compilersStep(job, devel)] : []),
    ...(needsPython ? installs : []),
  ];
  const after = [
    ...commandSteps('setup', image, notes),
    ...(image.install === 'project' ? projectSteps(wanted, secrets, notes) : []),
  ];
  return { steps, after, access: chooseAccess(wanted, [...steps, ...after], notes) };
}

function projectSteps({ job, tree }: Asking, secrets: readonly string[], notes: Notes): readonly Step[] {
  if (!tree.has('pyproject.toml') && !tree.has('setup.py')) {
    problem(notes, {
      code: 'no-project',
      message: 'the repository cannot be installed: it has neither pyproject.toml nor setup.py in its root',
      hint: 'leave "install" out: the code is in the work directory, and can be imported from there',
      location: job.origins.get('image.install'),
    });
  }
  return [installStep(job, secrets)];
}

function pathOf(steps: readonly Step[]): readonly string[] {
  const hasConda = steps.some(({ kind }) => kind === 'conda');
  return [
    ...(steps.some(({ title }) => title === 'python') ? [`${VENV}/bin`] : []),
    ...(hasConda ? [`${CONDA_PREFIX}/bin`] : []),
  ];
}
