import type { Image, Repository } from '../../oci/types.ts';
import type { Tools } from '../../tools/tools.ts';

const REFERRERS_TAG = /^sha256-[0-9a-f]{64}$/;

/** Every image of a repository that has a tag, each once; environments, beside which nothing of a run is, come last. */
export async function* imagesIn(
  repository: Repository,
  { registry }: Pick<Tools, 'registry'>,
): AsyncGenerator<Image> {
  const { registry: host, path } = repository;
  const tags = (await registry.tags(repository)).filter((tag) => !REFERRERS_TAG.test(tag)).toSorted(byKind);
  const seen = new Set<string>();
  for (const tag of tags) {
    const digest = await registry.resolve({ registry: host, path, tag }, 'index');
    if (digest === undefined || seen.has(digest)) continue;
    seen.add(digest);
    yield { registry: host, path, digest };
  }
}

function byKind(one: string, other: string): number {
  return Number(one.startsWith('env-')) - Number(other.startsWith('env-')) || (one < other ? -1 : 1);
}
