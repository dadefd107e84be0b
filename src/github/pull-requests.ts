import * as z from 'zod';
import { UserError } from '../errors.ts';
import type { Comment, PullRequest, PullRequests } from '../tools/pull-requests/pull-requests.ts';
import type { GithubApi } from './api.ts';

/** https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
const Pull = z.object({
  state: z.string(),
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
});

/** https://docs.github.com/en/rest/issues/comments#list-issue-comments ; GitHub's own actions comment as a bot. */
const Comments = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ type: z.string().optional() }).nullish(),
  }),
);

const PAGE = 100;
/** So many comments are looked through. */
const MOST_PAGES = 30;

export function createPullRequests(api: GithubApi): PullRequests {
  return {
    async find(number): Promise<PullRequest | undefined> {
      const { status, text } = await api.call({ method: 'GET', path: `pulls/${number}`, expect: [404] });
      if (status === 404) return undefined;
      const { state, head } = parsed(Pull, text);
      return { isOpen: state === 'open', headSha: head.sha, headRepository: head.repo?.full_name };
    },
    comments: (number) => commentsOf(api, number),
    async addComment(number, body) {
      await api.call({ method: 'POST', path: `issues/${number}/comments`, json: { body } });
    },
    async replaceComment(id, body) {
      await api.call({ method: 'PATCH', path: `issues/comments/${id}`, json: { body } });
    },
  };
}

/** A proxy may answer instead of GitHub. */
function parsed<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError)) throw cause;
    throw new UserError("GitHub's answer is not what its API says", {
      kind: 'unavailable',
      code: 'github',
      hint: 'check GITHUB_API_URL and the proxy of the machine',
      cause,
    });
  }
}

async function* commentsOf(api: GithubApi, number: number): AsyncGenerator<Comment> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const path = `issues/${number}/comments?per_page=${PAGE}&page=${page}`;
    const { text } = await api.call({ method: 'GET', path });
    const comments = parsed(Comments, text);
    for (const { id, body, user } of comments) yield { id, body: body ?? '', byBot: user?.type === 'Bot' };
    if (comments.length < PAGE) return;
  }
}
