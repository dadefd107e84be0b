import { allOrErrors } from '../../all-or-errors.ts';
import { askedOnce } from '../../asked-once.ts';
import { hasOnlyCode } from '../../errors.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import type { Digest, ImageConfig, Platform } from '../../oci/types.ts';
import { type Bases, baseKey, basesOf, digestIn } from '../../plan/bases.ts';
import { mirrored } from '../../plan/mirrors.ts';
import type { BaseUse, Inherited, InheritedFrom, Recipe } from '../../recipe/recipe.ts';
import type { Registry } from '../../tools/registry.ts';

interface Question {
  readonly recipes: readonly Recipe[];
  readonly mirrors: Mirrors;
  readonly known: Bases;
}

interface Answer {
  readonly use: BaseUse;
  readonly digest: Digest;
  readonly inherited: Inherited;
}

export interface InheritedImages {
  readonly inheritedFrom: InheritedFrom;
  /** Their digests, so that nobody asks for them again. */
  readonly bases: Bases;
}

/** What images say that recipes ask of; one that cannot be read is left to those who need its digest. */
export async function readInherited(question: Question, registry: Registry): Promise<InheritedImages> {
  const readOnce = askedOnce(
    (use: BaseUse, platform: Platform) => readOne(use, platform, question, registry),
    baseKey,
  );
  const asked = question.recipes.flatMap(({ environment, platform }) => {
    const use = environment?.own?.asks;
    return use === undefined ? [] : [readOnce(use, platform)];
  });
  const answers = (await allOrErrors(asked)).filter((answer) => answer !== undefined);
  const inherited = new Map(answers.map((answer) => [baseKey(answer.use), answer.inherited]));
  return {
    inheritedFrom: (use) => inherited.get(baseKey(use)),
    bases: basesOf(answers.map(({ use, digest }) => [use, digest])),
  };
}

async function readOne(
  use: BaseUse,
  platform: Platform,
  { mirrors, known }: Question,
  registry: Registry,
): Promise<Answer | undefined> {
  const { registry: host, path } = use.reference;
  const named = digestIn(known, use);
  const reference = named === undefined ? use.reference : { registry: host, path, digest: named };
  const from = mirrored(reference, mirrors);
  try {
    const digest = await registry.resolve(from, use.platform);
    const own = use.platform === 'index' ? await registry.resolve(from, platform) : digest;
    if (digest === undefined || own === undefined) return undefined;
    const { config } = await registry.pull({ registry: from.registry, path: from.path, digest: own });
    return { use, digest: reference.digest ?? digest, inherited: inheritedOf(config) };
  } catch (error) {
    // Whoever resolves the bases is denied too, and tells it with its place.
    if (hasOnlyCode(error, 'registry-denied')) return undefined;
    throw error;
  }
}

function inheritedOf({ config }: ImageConfig): Inherited {
  return { env: config?.Env ?? [], workdir: config?.WorkingDir, triggers: config?.OnBuild ?? [] };
}
