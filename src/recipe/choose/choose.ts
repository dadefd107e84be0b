import type { Tree } from '../../jobspec/file/tree.ts';
import type { Job, ReferencedImage } from '../../jobspec/job/job.ts';
import { printReference } from '../../oci/reference.ts';
import { factsOfGiven } from '../cuda/image-facts.ts';
import { warnOfAbsentScripts } from '../dependencies/script/absent.ts';
import { codeFiles } from '../ignore/code.ts';
import { emptyNotes, type Notes } from '../notes.ts';
import { platformOf } from '../platform.ts';
import type { InheritedFrom, Recipe } from '../recipe.ts';
import type { Step } from '../step.ts';
import { plannedPlatforms } from '../target/platform.ts';
import { chooseEnvironment } from './environment.ts';
import type { EnvironmentChoice, EnvironmentOptions } from './environment-choice.ts';

type Chosen = Omit<Recipe, 'job' | 'platform' | 'reasons' | 'findings'>;

/** Where the code goes in an image that says nothing of it. */
const WORKDIR = '/workspace';

/** The recipes of a job, one for each of its platforms: a user's own Dockerfile can name another base on each. */
export function chooseRecipes(job: Job, tree: Tree, inheritedFrom?: InheritedFrom): readonly Recipe[] {
  const { image } = job;
  if (image.kind === 'given') return [chooseRecipe(job, tree)];
  const { platforms, reasons } = plannedPlatforms(job);
  return platforms.map((platform) => {
    const planned = { ...job, image: { ...image, platforms: [platform] } };
    const recipe = chooseRecipe(planned, tree, inheritedFrom);
    return { ...recipe, reasons: [...reasons, ...recipe.reasons] };
  });
}

/** What goes into a job's images, by name. Nothing is guessed silently; every problem is reported at once. */
export function chooseRecipe(job: Job, tree: Tree, inheritedFrom: InheritedFrom = () => undefined): Recipe {
  const notes = emptyNotes();
  const { image } = job;
  const chosen = notes.findings.attempt(undefined, () =>
    image.kind === 'given'
      ? givenRecipe(job, image, tree, notes)
      : builtRecipe({ job, image, tree, inheritedFrom }, notes),
  );
  if (chosen?.code !== undefined) warnOfAbsentScripts(job, tree, notes.findings);
  notes.findings.throwIfErrors();
  if (chosen === undefined) throw new Error(`nothing says why the job ${job.name} has no recipe`);
  return {
    job,
    platform: platformOf(image),
    ...chosen,
    reasons: notes.reasons,
    findings: notes.findings.all,
  };
}

function givenRecipe(job: Job, image: ReferencedImage, tree: Tree, notes: Notes): Chosen {
  const { reference, workdir } = image;
  const choice = printReference(reference, { familiar: true });
  notes.reasons.push({ subject: 'image', choice, why: 'the spec', origin: job.origins.get('image') });
  const { mode } = job.code;
  if (mode === 'layer') {
    notes.findings.error('code-layer', 'code cannot become a layer of an image that is used as it is', {
      hint: 'write code: mount, or put the image below "base": image: { base: … }',
      at: job.origins.get('code.mode') ?? job.origins.get('code'),
    });
  }
  const code =
    mode === 'none'
      ? undefined
      : { files: codeFiles(job, tree, notes.findings), folder: workdir ?? WORKDIR, after: [] };
  return {
    bases: [{ reference, platform: platformOf(job.image), origin: job.origins.get('image') }],
    code,
    mode,
    facts: factsOfGiven(image),
  };
}

function builtRecipe(options: EnvironmentOptions, notes: Notes): Chosen | undefined {
  const { job, tree } = options;
  const choice = chooseEnvironment(options, notes);
  if (choice === undefined) return undefined;
  const { after, bases, facts } = choice;
  const mode = modeOf(job, choice, notes);
  if (mode === 'none') {
    // Without code nobody has to know where the base begins.
    const own = choice.own && { ...choice.own, asks: undefined };
    return { bases, environment: environmentOf({ ...choice, own }, after, choice.workdir), mode, facts };
  }

  const folder = choice.workdir ?? WORKDIR;
  const code = { files: codeFiles(job, tree, notes.findings), folder, after };
  return { bases, environment: environmentOf(choice, [], folder), code, mode, facts };
}

/** `more`: the steps that wait for the code, when there is none to wait for. */
function environmentOf(
  choice: EnvironmentChoice,
  more: readonly Step[],
  workdir: string | undefined,
): Recipe['environment'] {
  const { base, own, layout, access } = choice;
  const steps = [...choice.steps, ...more];
  const files = [...new Set([...steps, ...choice.after].flatMap((step) => step.files))].sort();
  const sets = workdir === choice.fileWorkdir ? undefined : workdir;
  return {
    base,
    own,
    layout: { ...layout, workdir: sets },
    workdir,
    steps,
    access,
    files: { kind: 'listed', paths: files },
  };
}

function modeOf(job: Job, { own, copiesContext, after }: EnvironmentChoice, notes: Notes): Recipe['mode'] {
  const { mode } = job.code;
  if (mode === 'mount' && after.length > 0) {
    notes.findings.error('code-mount', 'steps that follow the code need it in the image, but it is mounted', {
      hint: 'write code: layer, or move the steps to "build" when they do not need the code',
      at: after[0]?.origin,
    });
  }
  if (mode !== undefined || !copiesContext) return mode;
  notes.reasons.push({ subject: 'code', choice: 'none', why: `${own?.path} copies the repository itself` });
  return 'none';
}
