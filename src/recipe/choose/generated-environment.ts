import type { ImageFacts } from '../../fit/facts.ts';
import { mergeImages } from '../../fit/image.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import type { Reference } from '../../oci/types.ts';
import { baseBesideConda } from '../conda/python.ts';
import { chooseCuda } from '../cuda/cuda.ts';
import { factsOfBase, factsOfPackages } from '../cuda/image-facts.ts';
import { warnOfImports } from '../dependencies/imports.ts';
import { chooseAllDependencies, condaOf } from '../dependencies/with-conda.ts';
import type { Notes } from '../notes.ts';
import { choosePython } from '../packages/python.ts';
import { platformOf } from '../platform.ts';
import { earlySteps } from '../steps/early-step.ts';
import { commandSteps, warnOfCode } from '../steps/user-commands.ts';
import { plannedImage } from '../target/planned-image.ts';
import { HOME, userStep, userText } from '../user-step.ts';
import { chooseBase, PYTORCH_BASES } from './base.ts';
import type { EnvironmentChoice, EnvironmentOptions } from './environment-choice.ts';
import { condaVariables, localeVariables } from './image-variables.ts';
import { packageSteps, pathOf } from './package-steps.ts';

/** A base that is chosen, and steps on top of it. */
export function generatedEnvironment(options: EnvironmentOptions, notes: Notes): EnvironmentChoice {
  const { job, image: written, tree } = options;
  const dependencies = chooseAllDependencies(written, { job, tree }, notes);
  const conda = condaOf(dependencies)?.conda;
  const condaNames = conda?.python !== undefined;
  const python = choosePython(
    { job, image: written, tree, needs: dependencies.needs, condaNames },
    notes.findings,
  );
  const hasDependencies = dependencies.found || written.packages.length > 0;
  const ofBase = conda === undefined ? python : baseBesideConda(python, conda, notes.findings);
  const bases = hasDependencies ? [] : PYTORCH_BASES;
  const planned = plannedImage({ ...options, dependencies, python, bases });
  const { image, why = 'the spec' } = planned;
  const cuda = chooseCuda({ job, image, tree, dependencies, python, why }, notes);
  const base = chooseBase({ job, image, python: ofBase, cuda, hasDependencies, why }, notes);
  const chosen = { ...options, image, dependencies, python, cuda, baseIsKnown: base.known };
  const packages = packageSteps(chosen, notes);
  if (base.known) noteOwnDockerfile(tree, notes);
  const steps = [...packages.steps, ...(image.early ?? []), ...image.build, ...image.setup];
  if (base.isPythonAlone && !hasDependencies && steps.length === 0) warnOfImports(job, tree, notes.findings);

  const workdir = image.workdir ?? '/workspace';
  const layout = {
    inherits: image.inherits,
    env: new Map([...localeVariables(image), ...condaVariables(dependencies), ...image.env]),
    path: pathOf(packages.steps),
    user: userText(image.user),
    labels: image.labels,
  };
  warnOfCode(image, tree, notes.findings);
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
      ...commandSteps('build', image, notes.findings),
      userStep(job, image.user, [HOME, workdir]),
    ],
    after: packages.after,
    access: packages.access,
    copiesContext: false,
    facts: factsOf(factsOfPackages({ image, tree, dependencies, cuda }), base.reference, written),
  };
}

/** What packages bring goes before what the base has, which decides it where the spec names it. */
function factsOf(packages: ImageFacts, base: Reference, { base: named }: BuiltImage): ImageFacts {
  const isOfBase = packages.cuda === undefined && named !== undefined;
  return mergeImages(packages, factsOfBase(base), isOfBase ? { cudaFrom: { kind: 'image' } } : {});
}

/** A Dockerfile of the user's is never taken by itself, but its presence asks for a word. */
function noteOwnDockerfile(tree: Tree, notes: Notes): void {
  if (!tree.has('Dockerfile')) return;
  const why = 'it is not used; write image: { dockerfile: Dockerfile } to build it';
  notes.reasons.push({ subject: 'Dockerfile', choice: 'none', why });
}
