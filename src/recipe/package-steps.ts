import type { Findings } from '../findings.ts';
import { chooseAccess } from './access.ts';
import { aptStep, chooseAptPackages } from './apt.ts';
import { condaOf } from './conda/choose.ts';
import { CONDA_PREFIX } from './conda/request.ts';
import type { Cuda } from './cuda.ts';
import type { ChosenDependencies } from './dependencies/choose.ts';
import { chooseDevel, compilersStep } from './devel.ts';
import type { EnvironmentOptions } from './environment-choice.ts';
import { checkGit } from './git-needed.ts';
import type { Notes } from './notes.ts';
import { VENV } from './pip.ts';
import type { PythonChoice } from './python.ts';
import { installStep, pythonSteps } from './python-steps.ts';
import type { Access, Step } from './recipe.ts';
import { installsTorch } from './torch-asks.ts';
import { commandSteps } from './user-commands.ts';

interface PackageStepsOptions extends EnvironmentOptions {
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

/** What installs the packages of an environment, whatever it stands on. */
export function packageSteps(options: PackageStepsOptions, notes: Notes): PackageSteps {
  const { job, image, tree, dependencies, python, baseIsKnown, cuda } = options;
  const apt = chooseAptPackages(job, image, tree, notes);
  checkGit(options, apt, notes.findings);
  const files = dependencies.files.filter(({ install }) => install !== undefined);
  const secrets = image.secrets.map(({ name }) => name).sort();
  const asked = (image.python !== undefined && !baseIsKnown) || image.isolated || cuda.base !== undefined;
  const conda = condaOf(dependencies);
  const hasPackages = files.length + image.packages.length > 0 || conda !== undefined;
  const needsPython = hasPackages || image.install === 'project' || asked;
  const { isolated, packages } = image;
  const onDockerfile = image.dockerfile !== undefined;
  const devel = chooseDevel({ job, image, hasTorch: installsTorch(options) }, notes);
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
    ...commandSteps('setup', image, notes.findings),
    ...(image.install === 'project' ? projectSteps(options, secrets, notes.findings) : []),
  ];
  return { steps, after, access: chooseAccess(options, [...steps, ...after], notes.findings) };
}

function projectSteps(
  { job, tree }: EnvironmentOptions,
  secrets: readonly string[],
  findings: Findings,
): readonly Step[] {
  if (!tree.has('pyproject.toml') && !tree.has('setup.py')) {
    findings.error(
      'no-project',
      'the repository cannot be installed: it has neither pyproject.toml nor setup.py in its root',
      {
        hint: 'leave "install" out: the code is in the work directory, and can be imported from there',
        at: job.origins.get('image.install'),
      },
    );
  }
  return [installStep(job, secrets)];
}

/** Folders of programs that the steps made, which come first in PATH. */
export function pathOf(steps: readonly Step[]): readonly string[] {
  const hasConda = steps.some(({ kind }) => kind === 'conda');
  return [
    ...(steps.some(({ title }) => title === 'python') ? [`${VENV}/bin`] : []),
    ...(hasConda ? [`${CONDA_PREFIX}/bin`] : []),
  ];
}
