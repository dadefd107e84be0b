import type { Tree } from '../jobspec/file/tree.ts';
import type { Mirrors } from '../jobspec/job/mirrors.ts';
import { sha256 } from '../oci/digest.ts';
import { printPlatform } from '../oci/platform.ts';
import type { Digest } from '../oci/types.ts';
import { planEnvironment } from '../plan/images/environment.ts';
import type { BuildPlan, Facts } from '../plan/plan.ts';
import { condaText } from '../recipe/conda/request.ts';
import { readDockerfile } from '../recipe/dockerfile/read.ts';
import { splitStages } from '../recipe/dockerfile/stages.ts';
import { APT_INSTALL, aptRun } from '../recipe/packages/apt.ts';
import { fromIndex } from '../recipe/packages/wheels.ts';
import { installFiles, installRequirements, PIP_INSTALL } from '../recipe/pip.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Open, Step } from '../recipe/step.ts';
import { modeOf, needsOf, type PinnableStep } from './needs.ts';

/** A build that is thrown away: what it says tells which versions the steps of an environment install. */
export interface Question {
  readonly plan: BuildPlan;
  readonly needs: readonly AskedNeed[];
}

export interface AskedNeed {
  readonly need: PinnableStep;
  /** The file of the answer that is about it. */
  readonly file: string;
}

/** Where the answers are written, in an image that nobody keeps. */
const ANSWERS = '/opt/jobimg-lock';

/** One for each environment that leaves something open, in the base itself: its Python, its packages, its platform. */
export function questionsOf(
  recipes: readonly Recipe[],
  { facts, mirrors, tree }: { readonly facts: Facts; readonly mirrors: Mirrors; readonly tree: Tree },
): readonly Question[] {
  const questions = recipes.flatMap((recipe) => {
    const { environment, job, bases } = recipe;
    const needs = needsOf(recipe, tree);
    const isAsked = modeOf(recipe) !== 'off' && needs.length > 0;
    if (!isAsked || environment === undefined || job.image.kind !== 'built') return [];

    const asked = needs.map((need, index) => ({ need, file: fileOf(need, index) }));
    const asking = { ...environment, steps: askingSteps(environment.steps, asked) };
    const { build } = planEnvironment({
      image: job.image,
      environment: asking,
      bases,
      facts,
      mirrors,
    });
    return [
      { plan: { ...build, dockerfile: `${build.dockerfile}${onlyAnswers(build.dockerfile)}` }, needs: asked },
    ];
  });
  return [...new Map(questions.map((question) => [keyOf(question), question])).values()];
}

/** A base that is pinned by an index has the same text on every platform. */
function keyOf({ plan: { dockerfile, platform } }: Question): Digest {
  return sha256(`${printPlatform(platform)}\n${dockerfile}`);
}

/** The stage that was last so far is the one that was asked in. */
function onlyAnswers(dockerfile: string): string {
  const { stages } = splitStages(readDockerfile(dockerfile, 'Dockerfile'), 'Dockerfile');
  return `\nFROM scratch\nCOPY --from=${stages.length - 1} ${ANSWERS}/ /\n`;
}

function fileOf({ open }: PinnableStep, index: number): string {
  return `${index}.${open.kind === 'apt' ? 'txt' : 'json'}`;
}

/** Every step up to the last one that is asked about; each of those but the last is carried out for the next one. */
function askingSteps(steps: readonly Step[], asked: readonly AskedNeed[]): readonly Step[] {
  const questions = new Map(asked.map((one) => [one.need.step, one]));
  const last = steps.findLastIndex((step) => questions.has(step));
  return steps.slice(0, last + 1).map((step, index) => {
    const one = questions.get(step);
    // What is asked is asked in one stage, where all answers are.
    return { ...(one === undefined ? step : askingStep(one, index === last)), aside: undefined };
  });
}

function askingStep({ need: { step, open }, file }: AskedNeed, isLast: boolean): Step {
  const answer = `${ANSWERS}/${file}`;
  const text = questionText(step, open, answer, isLast);
  const more = open.kind !== 'apt' && !isLast ? [step.run] : [];
  return { ...step, run: [`mkdir -p ${ANSWERS}`, ...text, ...more].join('\n') };
}

function questionText({ run }: Step, open: Open, answer: string, isLast: boolean): readonly string[] {
  switch (open.kind) {
    case 'apt':
      return aptQuestion(open, answer, isLast);
    case 'conda':
      return [condaText(open.request, answer)];
    case 'pip':
      return pipQuestion(run, open, answer);
  }
}

/** apt says what it would do. */
function aptQuestion(
  { before, packages }: Extract<Open, { kind: 'apt' }>,
  answer: string,
  isLast: boolean,
): readonly string[] {
  const words = `--no-install-recommends -- ${packages.join(' ')}`;
  return [
    `: > ${answer}`,
    ...before,
    ...aptRun([
      `${APT_INSTALL} -q=1 --simulate ${words} > ${answer}`,
      ...(isLast ? [] : [`${APT_INSTALL} -y ${words}`]),
    ]),
  ];
}

/**
 * pip itself, with its own configuration and beside what the base has, so that a locked build gets what this one
 * would have got: https://pip.pypa.io/en/stable/reference/installation-report/
 */
function pipQuestion(
  run: string,
  { requirements, files, archives, read, wheels }: Extract<Open, { kind: 'pip' }>,
  answer: string,
): readonly string[] {
  const [first] = files;
  const isListed = first === undefined || requirements.length > 0;
  const local = archives !== undefined;
  const listed = isListed
    ? installRequirements(requirements, { local })
    : installFiles([first], { hashes: false, local });
  const install = read === undefined ? fromIndex(listed, wheels) : run;
  return [install.replace(PIP_INSTALL, `${PIP_INSTALL} --quiet --dry-run --report ${answer}`)];
}
