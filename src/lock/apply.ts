import type { Finding } from '../errors.ts';
import type { Findings } from '../findings.ts';
import type { Tree } from '../jobspec/file/tree.ts';
import { LINUX_AMD64, printPlatform } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest } from '../oci/types.ts';
import { type Bases, basesOf, digestIn, platformName } from '../plan/bases.ts';
import type { BaseUse, Recipe } from '../recipe/recipe.ts';
import type { Step } from '../recipe/step.ts';
import { LOCK_FILE, type Lock, type LockedPackages } from './lock.ts';
import { lockedStep } from './locked-step.ts';
import { modeOf, needsOf, type PinnableStep } from './needs.ts';

/** Recipes with what the lock pins, and the digests of their bases that it knows. */
export interface LockedRecipes {
  readonly recipes: readonly Recipe[];
  readonly bases: Bases;
  readonly gaps: readonly Gap[];
}

/** Something that the lock could pin, and does not. */
export interface Gap {
  readonly kind: 'stale' | 'missing';
  /** `base …`, or the title of the step. */
  readonly subject: string;
  readonly required: boolean;
  readonly base: string;
  readonly location: Finding['location'];
}

/** Without a lock nothing changes, and everything is a gap. */
export function applyLock(recipes: readonly Recipe[], lock: Lock | undefined, tree: Tree): LockedRecipes {
  const asked = recipes.map((recipe) => applyTo(recipe, lock, tree));
  return {
    recipes: asked.map(({ recipe }) => recipe),
    bases: basesOf(asked.flatMap(({ bases }) => bases)),
    gaps: distinct(asked.flatMap(({ gaps }) => gaps)),
  };
}

interface AppliedTo {
  readonly recipe: Recipe;
  readonly bases: readonly (readonly [BaseUse, Digest])[];
  readonly gaps: readonly Gap[];
}

function applyTo(recipe: Recipe, lock: Lock | undefined, tree: Tree): AppliedTo {
  if (modeOf(recipe) === 'off') return { recipe, bases: [], gaps: [] };
  const open = recipe.bases.filter(({ reference }) => reference.digest === undefined);
  const bases = open.map((base) => ({ base, digest: lock && digestIn(lock.bases, base) }));
  const needs = needsOf(recipe, tree).map((need) => ({ need, entry: entryFor(need, lock) }));

  const steps = new Map(
    needs.flatMap(({ need, entry }) =>
      entry === undefined ? [] : [[need.step, lockedStep(need, entry.pins, tree)] as const],
    ),
  );
  return {
    recipe: withSteps(recipe, steps),
    bases: bases.flatMap(({ base, digest }) => (digest === undefined ? [] : [[base, digest] as const])),
    gaps: [
      ...bases.filter(({ digest }) => digest === undefined).map(({ base }) => baseGap(base, recipe)),
      ...needs.filter(({ entry }) => entry === undefined).map(({ need }) => stepGap(need, recipe, lock)),
    ],
  };
}

function entryFor({ inputs, open }: PinnableStep, lock: Lock | undefined): LockedPackages | undefined {
  return lock?.packages.find((entry) => entry.inputs === inputs && entry.installer === open.kind);
}

function baseGap(use: BaseUse, recipe: Recipe): Gap {
  const { reference, origin } = use;
  const base = printReference(reference);
  return {
    kind: 'missing',
    subject: `base ${printReference(reference, { familiar: true })}${besidesUsual(platformName(use))}`,
    required: modeOf(recipe) === 'required',
    base,
    location: origin ?? recipe.job.origins.get('image'),
  };
}

/** The usual platform goes without saying. */
function besidesUsual(platform: string): string {
  return platform === printPlatform(LINUX_AMD64) ? '' : ` (${platform})`;
}

/** Stale: the lock has an entry for the step, made from something else. */
function stepGap({ step, base, platform }: PinnableStep, recipe: Recipe, lock: Lock | undefined): Gap {
  const known = lock?.packages.some((entry) => entry.step === step.title && entry.platform === platform);
  return {
    kind: known === true ? 'stale' : 'missing',
    subject: `${step.title}${besidesUsual(platform)}`,
    required: modeOf(recipe) === 'required',
    base,
    location: step.origin,
  };
}

function withSteps(recipe: Recipe, locked: ReadonlyMap<Step, Step>): Recipe {
  const { environment, code } = recipe;
  if (environment === undefined || locked.size === 0) return recipe;
  const steps = environment.steps.map((step) => locked.get(step) ?? step);
  // A requirements file that is not read any more is none of the environment's inputs.
  const paths = [...new Set([...steps, ...(code?.after ?? [])].flatMap(({ files }) => files))].sort();
  const isOpen = steps.some(({ open }) => open !== undefined && open.kind !== 'apt');
  return {
    ...recipe,
    environment: { ...environment, steps, files: { kind: 'listed', paths } },
    findings: recipe.findings.filter(({ code: kind }) => isOpen || kind !== 'open-versions'),
  };
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
}

/** Reports gaps of a plan: nothing at all where there is no lock that could be used. */
export function reportGaps(
  { gaps }: Pick<LockedRecipes, 'gaps'>,
  lock: Lock | undefined,
  findings: Findings,
): void {
  const shown = gaps.filter(({ required }) => required || lock !== undefined);
  findings.add(shown.map((gap) => gapFinding(gap, lock)));
}

export const RUN_LOCK = 'run "jobimg lock" and commit what it writes';

export function gapFinding(gap: Gap, lock: Lock | undefined): Finding {
  return {
    level: levelOf(gap),
    code: `lock-${gap.kind}`,
    message: messageOf(gap, lock),
    hint: gap.required && lock !== undefined ? `${RUN_LOCK}; image.lock is "required"` : RUN_LOCK,
    location: gap.location,
  };
}

function levelOf({ required, kind }: Gap): Finding['level'] {
  if (required) return 'error';
  return kind === 'stale' ? 'warning' : 'notice';
}

function messageOf({ kind, subject }: Gap, lock: Lock | undefined): string {
  if (lock === undefined) return `"${subject}" is not locked: there is no ${LOCK_FILE}`;
  if (kind === 'missing') return `"${subject}" is not in ${LOCK_FILE}`;
  return `the versions of "${subject}" in ${LOCK_FILE} were chosen for other requirements, so they are not used`;
}
