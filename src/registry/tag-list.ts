import * as z from 'zod';
import { CallError } from '../io/http/retry.ts';
import type { Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import { MANIFEST_LIMIT } from './manifests.ts';
import { nextOf } from './referrers.ts';

const MOST_PAGES = 1_000;

const TagList = z.looseObject({ tags: z.array(z.string()).nullish() });

/** Every tag of a repository: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
export async function listTags(connection: Connection, repository: Repository): Promise<readonly string[]> {
  const tags: string[] = [];
  let to: string | URL | undefined = 'tags/list?n=1000';
  for (let page = 0; to !== undefined; page += 1) {
    if (page === MOST_PAGES) throw new CallError(`the list of tags of ${repository.path} has no end`);
    const response = await connection.repeated({
      method: 'GET',
      repository,
      subject: `tags ${repository.path}`,
      to,
      actions: 'pull',
      expect: [200, 404],
      limit: MANIFEST_LIMIT,
    });
    if (response.status === 404) break;
    tags.push(...tagsIn(response.body, repository));
    to = nextOf(response.headers.get('link'), response.url);
  }
  return [...new Set(tags)];
}

function tagsIn(body: Uint8Array, { path, registry }: Repository): readonly string[] {
  try {
    return TagList.parse(JSON.parse(new TextDecoder().decode(body))).tags ?? [];
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const message = `GET tags of ${path} at ${registry}: the answer is no list of tags`;
    throw new CallError(message, { code: 'bad-answer', cause: error });
  }
}
