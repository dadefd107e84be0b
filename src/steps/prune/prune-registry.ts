import { UserError } from '../../errors.ts';
import { ARTIFACT_TYPE } from '../../evidence/types.ts';
import { isDigest } from '../../oci/digest.ts';
import { printReference } from '../../oci/reference.ts';
import { referrersTag } from '../../oci/referrer.ts';
import { ANNOTATION, type Image, type Repository } from '../../oci/types.ts';
import { isJobTag, type Pruning, prunableTags, type TaggedImage } from '../../run/records/prune-tags.ts';
import type { Tools } from '../../tools/tools.ts';

type PruneTools = Pick<Tools, 'registry'> & { readonly host: Pick<Tools['host'], 'info'> };

export interface PruneOptions {
  readonly repository: Repository;
  /** Digests that runs of this machine name. */
  readonly used: ReadonlySet<string>;
  readonly dryRun: boolean;
}

/** Removes the tags of a repository that nothing needs, or says which; throws when the registry lets nothing be removed. */
export async function pruneRegistry(
  { repository, used, dryRun }: PruneOptions,
  tools: PruneTools,
): Promise<void> {
  const { host } = tools;
  const images = await taggedImages(repository, tools);
  const { tags: gone, isNeeded } = prunableTags(images, used);
  for (const image of gone) {
    const isGone = dryRun || (await remove(image, { repository, isNeeded }, tools));
    const what = isGone
      ? dryRun
        ? 'would be removed'
        : 'removed'
      : 'stays: the registry removes no tag alone';
    host.info(`tag ${printReference({ ...repository, tag: image.tag })}: ${what}`);
  }
  if (gone.length === 0) host.info(`${printReference(repository)} has no tag that nothing needs`);
  else if (!dryRun) host.info('the space is free when the registry has collected its garbage');
}

const REFERRERS_TAG = /^sha256-[0-9a-f]{64}$/;
const RUNS: ReadonlySet<string | undefined> = new Set([ARTIFACT_TYPE.record, ARTIFACT_TYPE.outputs]);

async function taggedImages(
  repository: Repository,
  { registry }: Pick<Tools, 'registry'>,
): Promise<readonly TaggedImage[]> {
  const tags = (await registry.tags(repository)).filter((tag) => !REFERRERS_TAG.test(tag));
  const found = await Promise.all(tags.map((tag) => registry.find({ ...repository, tag })));
  return await Promise.all(
    found.flatMap((image, index) => {
      const tag = tags[index];
      return image === undefined || tag === undefined ? [] : [taggedImage(tag, image, registry)];
    }),
  );
}

async function taggedImage(
  tag: string,
  image: Image & { readonly annotations: ReadonlyMap<string, string> },
  registry: Tools['registry'],
): Promise<TaggedImage> {
  const environment = image.annotations.get(ANNOTATION.environment);
  const [parts = [], about] = await Promise.all([
    registry.indexManifests(image),
    isJobTag(tag) ? registry.referrers(image) : [],
  ]);
  return {
    tag,
    digest: image.digest,
    environment: isDigest(environment) ? environment : undefined,
    parts: parts.map(({ digest }) => digest),
    hasRuns: about.some(({ artifactType }) => RUNS.has(artifactType)),
  };
}

interface Removing {
  readonly repository: Repository;
  readonly isNeeded: Pruning['isNeeded'];
}

/** Some registries remove no tag alone, and a manifest with all of its tags; others leave those, which lead nowhere then. */
async function remove(
  { tag, digest }: TaggedImage,
  { repository, isNeeded }: Removing,
  { registry }: PruneTools,
): Promise<boolean> {
  const isUntagged = await removeTag(repository, tag, registry);
  if (isNeeded(digest)) return isUntagged;
  try {
    await registry.remove(repository, digest);
  } catch (error) {
    if (!isUntagged || !(error instanceof UserError)) throw notDeleted(repository, error);
  }
  await removeTag(repository, referrersTag(digest), registry);
  return true;
}

async function removeTag(repository: Repository, tag: string, registry: Tools['registry']): Promise<boolean> {
  try {
    await registry.remove(repository, { tag });
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false;
  }
}

function notDeleted({ registry, path }: Repository, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(`${registry} lets nothing be deleted from "${path}" this way: ${error.message}`, {
    kind: error.kind,
    code: 'no-deletion',
    hint: 'use the retention of the registry itself: docs/keeping-small.md names it for the common ones',
    cause: error,
  });
}
