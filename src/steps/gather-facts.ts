import { type Finding, UserError } from '../errors.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest } from '../oci/types.ts';
import { mirrored } from '../plan/mirrors.ts';
import type { Facts, Mirrors } from '../plan/plan.ts';
import type { BaseUse, FileSet, Recipe } from '../recipe/recipe.ts';
import type { Tools } from '../tools.ts';
import { everyAnswer } from './every-answer.ts';

export interface FactsGathered extends Facts {
  readonly findings: readonly Finding[];
}

interface Question {
  readonly recipes: readonly Recipe[];
  readonly mirrors: Mirrors;
  readonly offline: boolean;
  /** Digests of bases that the lock knows, by name: nobody is asked for them. */
  readonly known: ReadonlyMap<string, Digest>;
}

type Scan = Awaited<ReturnType<Tools['source']['scan']>>;

/** Exactly what the recipes name, each asked once and all at the same time. */
export async function gatherFacts(
  question: Question,
  tools: Pick<Tools, 'registry' | 'source'>,
): Promise<FactsGathered> {
  const [bases, scans] = await Promise.all([
    resolveBases(question, tools),
    scanFiles(question.recipes, tools),
  ]);
  const files = new Map([...scans].map(([set, scan]) => [set, scan.entries]));
  return { bases, files, findings: [...new Set(scans.values())].flatMap((scan) => scan.findings) };
}

async function resolveBases(
  { recipes, mirrors, offline, known }: Question,
  { registry }: Pick<Tools, 'registry'>,
): Promise<ReadonlyMap<string, Digest>> {
  const named = new Map<string, BaseUse>();
  for (const base of recipes.flatMap((recipe) => recipe.bases)) {
    const name = printReference(base.reference);
    if (!named.has(name)) named.set(name, base);
  }
  // Pinned by its user, or by the lock: nothing is left to ask. The builder says it when there is no such image.
  const pinned = [...named].flatMap(([name, { reference }]) => {
    const digest = reference.digest ?? known.get(name);
    return digest === undefined ? [] : [[name, digest] as const];
  });
  const digests = new Map(pinned);
  if (offline) return digests;
  const answers = [...named]
    .filter(([name]) => !digests.has(name))
    .map(async ([name, base]) => [name, await resolveBase(base, mirrors, registry)] as const);
  return new Map([...pinned, ...(await everyAnswer(answers))]);
}

const PLATFORM = { os: 'linux', architecture: 'amd64' } as const;

async function resolveBase(
  { reference, origin }: BaseUse,
  mirrors: Mirrors,
  registry: Tools['registry'],
): Promise<Digest> {
  const from = mirrored(reference, mirrors);
  const digest = await registry.resolve(from, PLATFORM);
  if (digest !== undefined) return digest;
  throw new UserError(`the image "${printReference(from)}" does not exist`, {
    code: 'base-not-found',
    hint: 'check name and tag; a private image needs `registry-auth`, or a registry login before this step',
    location: origin,
  });
}

/** Sets that say the same are scanned once. */
async function scanFiles(
  recipes: readonly Recipe[],
  { source }: Pick<Tools, 'source'>,
): Promise<ReadonlyMap<FileSet, Scan>> {
  const asked = new Map<string, Promise<Scan>>();
  const scanOnce = (set: FileSet): Promise<Scan> => {
    const key = JSON.stringify(set);
    const scan = asked.get(key) ?? source.scan(set);
    asked.set(key, scan);
    return scan;
  };
  const sets = recipes.flatMap(fileSetsOf);
  return new Map(await everyAnswer(sets.map(async (set) => [set, await scanOnce(set)] as const)));
}

function fileSetsOf(recipe: Recipe): readonly FileSet[] {
  const sets = [recipe.environment?.files, recipe.environment?.own?.context, recipe.code?.files];
  return sets.filter((set) => set !== undefined);
}
