import { Findings } from '../../findings.ts';
import { mergeImages } from '../../fit/image.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, OwnDockerfile } from '../../jobspec/job/job.ts';
import { baseBesideConda } from '../conda/python.ts';
import { chooseCuda } from '../cuda/cuda.ts';
import { factsOfBases, factsOfPackages } from '../cuda/image-facts.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { chooseAllDependencies, condaOf } from '../dependencies/with-conda.ts';
import { refuseSteps } from '../dockerfile/old-frontend.ts';
import type { Notes } from '../notes.ts';
import { choosePython } from '../packages/python.ts';
import { commandSteps } from '../steps/user-commands.ts';
import { userText } from '../user-step.ts';
import type { EnvironmentChoice, EnvironmentOptions } from './environment-choice.ts';
import { condaVariables, localeVariables } from './image-variables.ts';
import { chooseOwnDockerfile, type OwnChoice } from './own-dockerfile.ts';
import { packageSteps, pathOf } from './package-steps.ts';

/** A Dockerfile of the user's, and steps on top of it. */
export function ownEnvironment(
  dockerfile: OwnDockerfile,
  options: EnvironmentOptions,
  notes: Notes,
): EnvironmentChoice | undefined {
  const { job, image, tree } = options;
  const chosen = chooseOwnDockerfile(dockerfile, options, notes);
  if (chosen === undefined) return undefined;

  // Its packages are its own business: only files that the spec names are installed on top.
  const requirements = image.requirements === 'auto' ? 'none' : image.requirements;
  const asksNothing = requirements === 'none' && image.conda === undefined;
  const named = { ...image, requirements } as const;
  const dependencies = asksNothing ? NOTHING : chooseAllDependencies(named, { job, tree }, notes);
  // So is its Python: another one is only what the spec, or one of those files, asks for.
  const python = choosePython({ job, image, tree: NO_FILES, needs: dependencies.needs }, notes.findings);
  const conda = condaOf(dependencies)?.conda;
  if (conda !== undefined) baseBesideConda(python, conda, notes.findings);
  const cuda = chooseCuda({ job, image, tree, dependencies, python, why: 'the spec' }, notes);
  const packages = packageSteps({ ...options, dependencies, python, cuda, baseIsKnown: false }, notes);
  const steps = [...packages.steps, ...commandSteps('build', image, notes.findings)];
  const { after, access } = packages;
  refuseSteps(chosen.own.frontend, steps, notes.findings);

  const hasSteps = steps.length + after.length > 0;
  const returnsTo = hasSteps && image.user === undefined;
  const fileUser = returnsTo ? notes.findings.attempt(undefined, chosen.user) : undefined;
  const user = image.user === undefined ? fileUser : userText(image.user);
  const env = new Map([
    ...(job.origins.has('image.lang') ? localeVariables(image) : []),
    ...condaVariables(dependencies),
    ...image.env,
  ]);
  const { bases, copiesContext, ownShell } = chosen;
  return {
    bases,
    copiesContext,
    ...ownWorkdir(image, chosen, notes.findings),
    layout: { env, path: pathOf(packages.steps), user, labels: image.labels, ownShell },
    steps,
    after,
    access,
    facts: mergeImages(
      factsOfPackages({ image, tree, dependencies, cuda }),
      factsOfBases(
        chosen.own.begun.map(({ reference }) => reference),
        image,
      ),
    ),
  };
}

type Workdirs = Pick<EnvironmentChoice, 'own' | 'workdir' | 'fileWorkdir'>;

/** The spec's own goes before the file's, and then nobody has to know that. */
function ownWorkdir({ workdir }: BuiltImage, chosen: OwnChoice, findings: Findings): Workdirs {
  const reports = workdir === undefined ? findings : new Findings();
  const found = reports.attempt(undefined, chosen.workdir);
  const fileWorkdir = found === 'base' ? undefined : found?.path;
  const asks = workdir === undefined && found === 'base' ? chosen.own.asks : undefined;
  return { own: { ...chosen.own, asks }, workdir: workdir ?? fileWorkdir, fileWorkdir };
}

const NOTHING: ChosenDependencies = { files: [], needs: [], found: false };
const NO_FILES: Tree = { has: () => false, text: () => undefined, list: () => [] };
