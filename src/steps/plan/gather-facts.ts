import { allOrErrors } from '../../all-or-errors.ts';
import { askedOnce } from '../../asked-once.ts';
import { type Finding, hasOnlyCode, type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { LINUX_AMD64, printPlatform } from '../../oci/platform.ts';
import { printReference } from '../../oci/reference.ts';
import type { Digest } from '../../oci/types.ts';
import { type Bases, baseKey, basesOf, digestIn, platformName } from '../../plan/bases.ts';
import { mirrored } from '../../plan/mirrors.ts';
import type { Facts } from '../../plan/plan.ts';
import type { Rights } from '../../plan/rights.ts';
import type { BaseUse, FileSet, Recipe } from '../../recipe/recipe.ts';
import type { Tools } from '../../tools/tools.ts';
import { BASE_DENIED } from './base-denied.ts';

export interface FactsGathered extends Facts {
  readonly findings: readonly Finding[];
  /** Paths of scripts with the line ends of Windows. */
  readonly windowsScripts: ReadonlyMap<FileSet, readonly string[]>;
}

interface Question {
  readonly recipes: readonly Recipe[];
  readonly mirrors: Mirrors;
  readonly offline: boolean;
  /** Digests of bases that the lock knows: nobody is asked for them. */
  readonly known: Bases;
  /** Whether the registries are shown a login, and why not. */
  readonly rights: Pick<Rights, 'credentials' | 'why'>;
}

type Scan = Awaited<ReturnType<Tools['source']['scan']>>;

/** Exactly what the recipes name, each asked once and all at the same time. */
export async function gatherFacts(
  question: Question,
  tools: Pick<Tools, 'registry' | 'source'>,
): Promise<FactsGathered> {
  const findings = new Findings();
  const [bases, scans] = await Promise.all([
    resolveBases(question, tools, findings),
    scanFiles(question.recipes, tools),
  ]);
  const files = new Map([...scans].map(([set, scan]) => [set, scan.entries]));
  for (const scan of new Set(scans.values())) findings.add(scan.findings);
  const windowsScripts = new Map([...scans].map(([set, scan]) => [set, scan.windowsScripts]));
  return { bases, files, findings: findings.all, windowsScripts };
}

async function resolveBases(
  { recipes, mirrors, offline, known, rights }: Question,
  { registry }: Pick<Tools, 'registry'>,
  findings: Findings,
): Promise<Bases> {
  const uses = new Map<string, PlacedUse>();
  for (const { bases, job } of recipes) {
    for (const use of bases) {
      const key = baseKey(use);
      if (!uses.has(key)) uses.set(key, { use, platforms: job.origins.get('image.platforms') });
    }
  }
  const answers = [...uses.values()].map(async (asked) => {
    const digest = pinned(asked, { known, offline }) ?? (await ask(asked));
    return digest === undefined ? [] : [[asked.use, digest] as const];
  });
  const found = await allOrErrors(answers);
  return basesOf(found.flat());

  async function ask(asked: PlacedUse): Promise<Digest | undefined> {
    if (offline) return asked.use.reference.digest;
    try {
      return await resolveBase(asked, { mirrors, rights }, registry);
    } catch (error) {
      if (rights.credentials || !hasOnlyCode(error, 'registry-denied')) throw error;
      warnOfLogin(asked, { mirrors, rights }, findings);
      return undefined;
    }
  }
}

function warnOfLogin(
  { use, platforms }: PlacedUse,
  { mirrors, rights }: ResolveContext,
  findings: Findings,
): void {
  const name = printReference(mirrored(use.reference, mirrors));
  const message = `the image "${name}" requires a login, and no credentials are used for this event: ${rights.why}`;
  findings.warning(BASE_DENIED, message, {
    hint: 'the plan goes on without its digest; from a branch of the repository itself it is known',
    at: use.origin ?? platforms,
  });
}

interface PlacedUse {
  readonly use: BaseUse;
  /** Where the spec names the platforms. */
  readonly platforms: Location | undefined;
}

/**
 * Pinned by its user, or by the lock: nothing is left to ask. The builder says it when there is no such image; but it
 * takes an image of another platform without a word.
 */
function pinned(
  { use }: PlacedUse,
  { known, offline }: Pick<Question, 'known' | 'offline'>,
): Digest | undefined {
  const { digest } = use.reference;
  if (digest === undefined) return digestIn(known, use);
  return offline || platformName(use) === printPlatform(LINUX_AMD64) ? digest : undefined;
}

type ResolveContext = Pick<Question, 'mirrors' | 'rights'>;

async function resolveBase(
  { use, platforms }: PlacedUse,
  { mirrors, rights }: ResolveContext,
  registry: Tools['registry'],
): Promise<Digest> {
  const { reference, platform, origin } = use;
  const from = mirrored(reference, mirrors);
  const location = origin ?? platforms;
  const digest = await namingStages(use, () => locating(location, () => registry.resolve(from, platform)));
  if (digest !== undefined) return reference.digest ?? digest;
  throw new UserError(`the image "${printReference(from)}" does not exist`, {
    code: 'base-not-found',
    hint: rights.credentials
      ? 'check name and tag; a private image needs a login before (docker login), or the input "registry-auth"'
      : `check name and tag; a private image is not seen, for no credentials are used for this event: ${rights.why}`,
    location,
  });
}

/** A registry denies or does not know an image that nobody has: then the name was perhaps meant for a stage. */
async function namingStages(
  { reference, stages = [], origin }: BaseUse,
  resolve: () => Promise<Digest | undefined>,
): Promise<Digest | undefined> {
  const digest = await resolve().catch((error) => {
    if (stages.length === 0 || !hasOnlyCode(error, 'registry-denied')) throw error;
    return undefined;
  });
  if (digest !== undefined || stages.length === 0) return digest;
  const name = reference.path.slice(reference.path.lastIndexOf('/') + 1);
  throw new UserError(
    `the Dockerfile has no stage "${name}" above this line, and no image of this name was found`,
    {
      code: 'unknown-stage',
      hint: `its stages: ${stages.join(', ')}`,
      location: origin,
    },
  );
}

/** A base that is not made for the platform is reported where the spec names it. */
async function locating<T>(location: Location | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isMissing = error.findings.every(({ code }) => code === 'platform-missing');
    throw isMissing ? UserError.of(error.findings.map((finding) => ({ ...finding, location }))) : error;
  }
}

/** Sets that say the same are scanned once. */
async function scanFiles(
  recipes: readonly Recipe[],
  { source }: Pick<Tools, 'source'>,
): Promise<ReadonlyMap<FileSet, Scan>> {
  const scanOnce = askedOnce(
    ({ set, what }: AskedSet) => source.scan(set, what),
    ({ set }) => JSON.stringify(set),
  );
  const asked = recipes.flatMap(fileSetsOf);
  return new Map(await allOrErrors(asked.map(async (one) => [one.set, await scanOnce(one)] as const)));
}

interface AskedSet {
  readonly set: FileSet;
  readonly what: string;
}

/** The code first: a context that is the same is not told a second time. */
function fileSetsOf({ code, environment }: Recipe): readonly AskedSet[] {
  const sets = [
    [code?.files, 'the code'],
    [environment?.files, 'the environment'],
    [environment?.own?.context, 'the context of the Dockerfile'],
  ] as const;
  return sets.flatMap(([set, what]) => (set === undefined ? [] : [{ set, what }]));
}
