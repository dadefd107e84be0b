import type { Finding } from '../../errors.ts';
import { distinct, Findings } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { type Bases, joinBases } from '../../plan/bases.ts';
import { destinationOf, respelling } from '../../plan/destination.ts';
import { planJobs } from '../../plan/images/plan-jobs.ts';
import type { Destination, Plan } from '../../plan/plan.ts';
import { scriptFindings } from '../../plan/scripts/script-findings.ts';
import { chooseRecipes } from '../../recipe/choose/choose.ts';
import { absentFiles } from '../../recipe/dockerfile/context/absent.ts';
import type { InheritedFrom, Recipe } from '../../recipe/recipe.ts';
import type { Tools } from '../../tools/tools.ts';
import { gatherFacts } from './gather-facts.ts';
import { readInherited } from './inherited.ts';
import type { JobsRead } from './read-jobs.ts';
import { type LockUsed, useLock } from './use-lock.ts';

/** A plan that can be made again for another destination, from the same facts. */
export interface Planned {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly mirrors: Mirrors;
  readonly bases: Bases;
  readonly data?: string | undefined;
  for(destination: Destination): Plan;
}

interface PlanOptions {
  readonly inputs: Inputs;
  /** Digests of bases that are known from elsewhere; what the repository's lock says comes before them. */
  readonly given: (recipes: readonly Recipe[]) => Bases;
}

/** From jobs that were read to what is to be made, by digest. */
export async function planOf(
  { jobs, mirrors, data, findings }: JobsRead,
  { inputs, given }: PlanOptions,
  tools: Tools,
): Promise<Planned> {
  const { tree } = tools.source;
  // What is only shown says what is certain; what is started goes by what is there.
  const held: Bases = inputs.offline && inputs.until !== 'plan' ? await tools.heldBases.read() : new Map();
  const choose = (inheritedFrom?: InheritedFrom): LockUsed => {
    const used = useLock(
      jobs.flatMap((job) => chooseRecipes(job, tree, inheritedFrom)),
      tree,
    );
    return { ...used, bases: joinBases(held, joinBases(given(used.recipes), used.bases)) };
  };
  const locked = await withInherited(choose, { mirrors, offline: inputs.offline }, tools.registry);
  const { recipes, bases } = locked;
  const destination = destinationOf(inputs, tools.caller);
  const [facts] = await Promise.all([
    gatherFacts(
      { recipes, mirrors, offline: inputs.offline, known: bases, rights: tools.caller.rights },
      tools,
    ),
    // The login takes as long as the files, and neither needs the other.
    isAsked(destination, inputs) ? tools.registry.prepare(destination.repository, 'pull') : undefined,
  ]);

  const absent = new Findings();
  absent.add(distinct(recipes.flatMap((recipe) => absentFiles(recipe, facts.files, tree))));
  absent.throwIfErrors();

  const planFor = (to: Destination): Plan => planJobs(recipes, facts, to, mirrors);
  const plan = planFor(destination);
  const respelled = destination.kind === 'registry' ? respelling(inputs) : undefined;
  if (respelled !== undefined) tools.host.info(respelled);
  for (const reason of new Set(recipes.flatMap((recipe) => recipe.reasons.map(printReason))))
    tools.host.info(reason);
  for (const { job, image } of plan.jobs) tools.host.info(`job ${job.name}: ${describe(image)}`);
  // What is found of a job is reported once, whatever the number of its platforms.
  const noticed = distinct(
    recipes.flatMap((recipe) => [...recipe.findings, ...scriptFindings(recipe, facts)]),
  );
  return {
    plan,
    findings: [...findings, ...noticed, ...locked.findings, ...facts.findings, ...absent.all],
    mirrors,
    bases: facts.bases,
    data,
    for: planFor,
  };
}

type Choose = (inheritedFrom?: InheritedFrom) => LockUsed;

/** What a Dockerfile inherits from its base is asked for only where it decides something. */
async function withInherited(
  choose: Choose,
  { mirrors, offline }: { readonly mirrors: Mirrors; readonly offline: boolean },
  registry: Tools['registry'],
): Promise<LockUsed> {
  const first = choose();
  const asks = first.recipes.some(({ environment }) => environment?.own?.asks !== undefined);
  if (offline || !asks) return first;
  const read = await readInherited({ recipes: first.recipes, mirrors, known: first.bases }, registry);
  const locked = choose(read.inheritedFrom);
  return { ...locked, bases: joinBases(read.bases, locked.bases) };
}

type InRegistry = Extract<Destination, { kind: 'registry' }>;

function isAsked(destination: Destination, { offline, check }: Inputs): destination is InRegistry {
  return destination.kind === 'registry' && !offline && !check;
}

function printReason({ subject, choice, why }: { subject: string; choice: string; why: string }): string {
  return `${subject}: ${choice} (${why})`;
}

function describe(image: Plan['jobs'][number]['image']): string {
  if (image.kind === 'given') return 'the image is used as it is';
  const environment = `environment ${image.environment.tag ?? 'not resolved'}`;
  if (image.kind === 'environment') return environment;
  return `${environment}, image ${image.tag ?? 'not resolved'}`;
}
