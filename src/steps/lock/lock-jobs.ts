import { allOrErrors } from '../../all-or-errors.ts';
import { type Finding, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { readAnswer } from '../../lock/answer.ts';
import { applyLock, gapFinding } from '../../lock/apply.ts';
import { changesOf } from '../../lock/changes.ts';
import { LOCK_FILE, type Lock } from '../../lock/lock.ts';
import { modeOf } from '../../lock/needs.ts';
import { type Question, questionsOf } from '../../lock/question.ts';
import { findLock } from '../../lock/read.ts';
import { writeLock } from '../../lock/write.ts';
import type { Digest } from '../../oci/types.ts';
import { type Bases, basesOf, digestIn } from '../../plan/bases.ts';
import { GENERATOR } from '../../plan/id-inputs.ts';
import { chooseRecipes } from '../../recipe/choose/choose.ts';
import { UV_VERSION } from '../../recipe/pip.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Tools } from '../../tools/tools.ts';
import { BASE_DENIED } from '../plan/base-denied.ts';
import { gatherFacts } from '../plan/gather-facts.ts';
import { readJobs } from '../plan/read-jobs.ts';

export interface Locked {
  /** What belongs into the lock file; undefined when it was only checked. */
  readonly text?: string | undefined;
  /** What moved, one line each. */
  readonly changes: readonly string[];
  readonly findings: readonly Finding[];
}

/** Whether everything that can be locked is. */
export function isCurrent({ findings }: Pick<Locked, 'findings'>): boolean {
  return findings.every(({ level }) => level !== 'error');
}

/** How it ended, in one sentence. */
export function lockSentence(locked: Pick<Locked, 'changes' | 'findings'>): string {
  if (!isCurrent(locked)) return `${LOCK_FILE} is not up to date`;
  return `${LOCK_FILE} ${locked.changes.length === 0 ? 'is up to date' : 'is written'}`;
}

interface RecipesRead {
  readonly recipes: readonly Recipe[];
  readonly mirrors: Mirrors;
  readonly findings: readonly Finding[];
}

/** The lock of the repository as it is now, or what is wrong with the one that is there. */
export function lockJobs(inputs: Inputs, tools: Tools): Promise<Locked> {
  return inputs.check ? checkLock(inputs, tools) : makeLock(inputs, tools);
}

/** Finds out what the spec leaves open: digests of bases, and the versions that an environment would get now. */
async function makeLock(inputs: Inputs, tools: Tools): Promise<Locked> {
  if (inputs.offline) throw new UserError('a lock cannot be written offline', { kind: 'usage' });
  if (!tools.caller.rights.build) throw new UserError(`nothing is built: ${tools.caller.rights.why}`);
  const { recipes, mirrors, findings } = await readRecipes(inputs, tools);
  const { rights } = tools.caller;
  const facts = await gatherFacts({ recipes, mirrors, offline: false, known: new Map(), rights }, tools);
  const denied = facts.findings.filter(({ code }) => code === BASE_DENIED);
  if (denied.length > 0) throw UserError.of(denied.map((finding) => ({ ...finding, level: 'error' })));
  const { tree } = tools.source;
  const answers = await allOrErrors(
    questionsOf(recipes, { facts, mirrors, tree }).map((question) => answered(question, tools)),
  );

  const lock: Lock = {
    tools: TOOLS,
    bases: lockedBases(recipes, facts.bases),
    packages: distinct(answers.flatMap((one) => one.packages)),
  };
  const closed = new Findings();
  closed.add(findings);
  for (const one of [...recipes, ...answers])
    closed.add(one.findings.filter(({ code }) => code !== 'open-versions'));
  return {
    text: writeLock(lock),
    changes: changesOf(readable(tools), lock),
    findings: closed.all,
  };
}

const TOOLS: Lock['tools'] = { generator: GENERATOR, uv: UV_VERSION };

/** Every gap as an error. Bases that moved are only reported: a lock is there to stay where it is. */
async function checkLock(inputs: Inputs, tools: Tools): Promise<Locked> {
  const { recipes, mirrors, findings } = await readRecipes(inputs, tools);
  const lock = findLock(tools.source.tree);
  const { gaps } = applyLock(recipes, lock, tools.source.tree);
  const checked = new Findings();
  checked.add(findings);
  checked.add(gaps.map((gap) => ({ ...gapFinding(gap, lock), level: 'error' })));
  if (lock !== undefined) reportTools(lock, checked);
  if (lock !== undefined && !inputs.offline) checked.add(await movedBases(recipes, mirrors, lock, tools));
  return { changes: [], findings: checked.all };
}

/** All jobs: the lock is the repository's. */
async function readRecipes(inputs: Inputs, tools: Tools): Promise<RecipesRead> {
  if (inputs.job !== undefined && inputs.job.kind !== 'all') {
    throw new UserError('a lock holds every job of the spec', { kind: 'usage', hint: 'leave the job out' });
  }
  const { jobs, mirrors, findings } = await readJobs({ ...inputs, job: undefined, until: 'plan' }, tools);
  const recipes = jobs.flatMap((job) => chooseRecipes(job, tools.source.tree));
  // The code is in no lock, and need not be hashed for one.
  const locked = recipes.filter((recipe) => modeOf(recipe) !== 'off');
  return { recipes: locked.map((recipe) => ({ ...recipe, code: undefined })), mirrors, findings };
}

async function answered({ plan, needs }: Question, { builder, host }: Tools) {
  const subjects = needs.map(({ need }) => need.step.title).join(', ');
  host.info(`asking which versions are installed now: ${subjects}`);
  const files = await builder.extract(plan);
  const answers = needs.map((asked) => readAnswer(asked, files));
  return {
    packages: answers.map(({ packages }) => packages),
    findings: answers.flatMap(({ findings }) => findings),
  };
}

/** Bases that the spec itself pins need no lock. */
function lockedBases(recipes: readonly Recipe[], digests: Bases): Bases {
  const open = recipes.flatMap(({ bases }) =>
    bases.filter(({ reference }) => reference.digest === undefined),
  );
  const known = open.flatMap((use) => {
    const digest = digestIn(digests, use);
    return digest === undefined ? [] : [[use, digest] as const];
  });
  return basesOf(known);
}

/** Jobs that share an environment share its entries. */
function distinct(packages: Lock['packages']): Lock['packages'] {
  return [...new Map(packages.map((entry) => [`${entry.installer} ${entry.inputs}`, entry])).values()];
}

/** A lock that cannot be read is written anew. */
function readable({ source }: Tools): Lock | undefined {
  try {
    return findLock(source.tree);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function movedBases(
  recipes: readonly Recipe[],
  mirrors: Mirrors,
  lock: Lock,
  tools: Tools,
): Promise<readonly Finding[]> {
  // Their digests alone: no file is looked at.
  const bare = recipes.map((recipe) => ({ ...recipe, environment: undefined }));
  try {
    const { rights } = tools.caller;
    const question = { recipes: bare, mirrors, offline: false, known: new Map(), rights };
    const { bases, findings } = await gatherFacts(question, tools);
    const now = lockedBases(bare, bases);
    const moved = new Findings();
    moved.add(findings);
    for (const [name, digests] of now) reportMoved(name, digests, lock, moved);
    return moved.all;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map((finding) => ({ ...finding, level: 'warning' }));
  }
}

function reportMoved(name: string, now: ReadonlyMap<string, Digest>, lock: Lock, findings: Findings): void {
  for (const [platform, digest] of now) {
    const was = lock.bases.get(name)?.get(platform);
    if (was === undefined || was === digest) continue;
    const hint = 'nothing has to be done; "jobimg lock" takes the new one';
    const message = `base "${name}" moved from ${was} to ${digest}`;
    findings.notice('base-moved', message, { hint, at: { file: LOCK_FILE } });
  }
}

function reportTools({ tools: { generator, uv } }: Lock, findings: Findings): void {
  if (generator === GENERATOR && uv === UV_VERSION) return;
  const message = `${LOCK_FILE} was written with uv ${uv} and generator ${generator}; this version has uv ${UV_VERSION} and generator ${GENERATOR}`;
  findings.notice('lock-tools', message, { at: { file: LOCK_FILE } });
}
