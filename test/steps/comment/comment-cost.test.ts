import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MergeCost } from '../../../src/cost/cost.ts';
import { createGithubApi } from '../../../src/github/api.ts';
import { fileAt } from '../../../src/github/contents.ts';
import { createPullRequests } from '../../../src/github/pull-requests.ts';
import { createFetch } from '../../../src/io/http/fetch.ts';
import { commentMarker } from '../../../src/report/summary/cost-comment.ts';
import { commentCost } from '../../../src/steps/comment/comment-cost.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { type FakeGithubApi, startGithubApi } from '../../fakes/github/api.ts';

const HEAD = { sha: 'c'.repeat(40), repository: 'ada/train' };
const COST: MergeCost = {
  version: 1,
  spec: 'jobimg.yml',
  pull: 7,
  jobs: [{ name: 'train', made: 'environment', why: 'rebuilt: requirements.txt changed' }],
  more: 0,
};

let github: FakeGithubApi;

beforeEach(async () => {
  github = await startGithubApi();
  github.tokens.set('writes', { login: 'github-actions[bot]', type: 'Bot', writes: true });
  github.tokens.set('reads', { login: 'github-actions[bot]', type: 'Bot', writes: false });
  github.pulls.set(7, {
    state: 'open',
    head: { sha: HEAD.sha, repo: { full_name: HEAD.repository } },
    comments: [],
  });
});
afterEach(() => github.close());

describe('the comment on a pull request', () => {
  it('is written once, and written over in place', async () => {
    await commentCost(COST, HEAD, pulls());
    await commentCost({ ...COST, jobs: [{ name: 'train', made: 'nothing' }] }, HEAD, pulls());

    expect(bodies()).toEqual([expect.stringContaining('stays, with its code')]);
  });

  it('is left as it is when it says the same already', async () => {
    await commentCost(COST, HEAD, pulls());
    await commentCost(COST, HEAD, pulls());

    expect(github.requests.filter((request) => !request.startsWith('GET'))).toEqual([
      'POST issues/7/comments',
    ]);
  });

  it('is one for each spec of the repository', async () => {
    await commentCost(COST, HEAD, pulls());
    await commentCost({ ...COST, spec: 'eval/jobimg.yml' }, HEAD, pulls());

    expect(bodies()).toHaveLength(2);
  });

  it('is found behind a hundred others', async () => {
    const other = (id: number) => ({ id, body: 'hello', user: { login: 'eve', type: 'User' as const } });
    github.pulls.get(7)?.comments.push(...Array.from({ length: 120 }, (_, index) => other(index)));

    await commentCost(COST, HEAD, pulls());
    await commentCost({ ...COST, more: 1 }, HEAD, pulls());

    expect(bodies()).toHaveLength(121);
  });

  it('never is the comment of a person that looks like ours', async () => {
    const body = `${commentMarker(COST)}\nnothing to see`;
    github.pulls.get(7)?.comments.push({ id: 5, body, user: { login: 'eve', type: 'User' } });

    await commentCost(COST, HEAD, pulls());

    expect(bodies()[0]).toBe(body);
    expect(bodies()).toHaveLength(2);
  });

  it.each([
    [
      'another commit',
      { ...HEAD, sha: 'd'.repeat(40) },
      'the pull request 7 has another commit than the one that was checked',
    ],
    [
      'another fork',
      { ...HEAD, repository: 'eve/train' },
      'the pull request 7 has another commit than the one that was checked',
    ],
  ])('is not written for %s', async (_, head, why) => {
    expect(await commentCost(COST, head, pulls())).toBe(why);
    expect(bodies()).toEqual([]);
  });

  it('is not written on a pull request that is closed, or is not there', async () => {
    const open = github.pulls.get(7);
    if (open !== undefined) github.pulls.set(7, { ...open, state: 'closed' });

    expect(await commentCost(COST, HEAD, pulls())).toBe('the pull request 7 is closed');
    expect(await commentCost({ ...COST, pull: 8 }, HEAD, pulls())).toBe('there is no pull request 8');
  });

  it('says which right is missing', async () => {
    await expect(commentCost(COST, HEAD, pulls('reads'))).rejects.toThrow(
      /^POST issues\/7\/comments at 127\.0\.0\.1:\d+: the token has no right to it \(403\)$/,
    );
  });

  it('is tried again when GitHub fails for a moment', async () => {
    github.failures.push(502);

    expect(await commentCost(COST, HEAD, pulls())).toBeUndefined();
    expect(bodies()).toHaveLength(1);
  });
});

describe('a file of a commit', () => {
  it('is read as it is, and is absent where the commit has none', async () => {
    github.files.set(`${HEAD.sha}:ml/jobimg.lock`, '{}\n');

    expect(await fileAt(api(), HEAD.sha, 'ml/jobimg.lock')).toBe('{}\n');
    expect(await fileAt(api(), HEAD.sha, 'jobimg.lock')).toBeUndefined();
  });
});

function pulls(token = 'writes') {
  return createPullRequests(api(token));
}

function api(token = 'writes') {
  const clock = fakeClock();
  return createGithubApi({
    fetch: createFetch({ clock, userAgent: 'test' }),
    clock,
    url: github.url,
    repository: 'acme/train',
    token,
    log: () => undefined,
  });
}

function bodies(): readonly string[] {
  return github.pulls.get(7)?.comments.map(({ body }) => body) ?? [];
}
