import type { Findings } from '../../findings.ts';
import { CONDA_PREFIX } from '../conda/request.ts';
import type { Cuda } from '../cuda/cuda.ts';
import { chooseDevel, compilersStep } from '../cuda/devel.ts';
import { installsTorch } from '../cuda/torch-asks.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { condaOf } from '../dependencies/with-conda.ts';
import type { Notes } from '../notes.ts';
import { chooseAccess } from '../packages/access.ts';
import { aptStep, chooseAptPackages } from '../packages/apt.ts';
import type { PythonChoice } from '../packages/python.ts';
import { VENV } from '../pip.ts';
import type { Access } from '../private-places.ts';
import type { Step } from '../step.ts';
import { installStep, pythonSteps } from '../steps/python.ts';
import { commandSteps } from '../steps/user-commands.ts';
import type { EnvironmentOptions } from './environment-choice.ts';
import { checkGit } from './git-needed.ts';
import { checkVariables } from './variables-needed.ts';

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
  checkVariables(options, notes.findings);
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
