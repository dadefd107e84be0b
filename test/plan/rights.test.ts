import { describe, expect, it } from '@jest/globals';
import { type Event, rightsOf } from '../../src/plan/rights.ts';

const BASE = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const REPOSITORY = 'acme/train';

const DENIED = { trusted: false, credentials: false, push: false, cacheExport: false, run: false };
const ALLOWED = { trusted: true, credentials: true, push: true, cacheExport: true, run: true, build: true };

function eventOf(event: Partial<Event>): Event {
  return { name: 'push', actor: 'mona', repository: REPOSITORY, sha: BASE, hosted: true, ...event };
}

describe('what an event may do', () => {
  it.each<[string, Partial<Event>, string | undefined]>([
    ['a push', { name: 'push' }, BASE],
    ['a push with another commit checked out', { name: 'push' }, OTHER],
    ['a schedule', { name: 'schedule' }, BASE],
    ['a start by hand', { name: 'workflow_dispatch' }, OTHER],
    ['a start by another system', { name: 'repository_dispatch' }, BASE],
    ['a call', { name: 'workflow_call' }, BASE],
    ['a merge queue', { name: 'merge_group' }, BASE],
    ['a release', { name: 'release' }, BASE],
    ['an own pull request', { name: 'pull_request', headRepository: REPOSITORY }, OTHER],
    [
      'an own pull request, named in another case',
      { name: 'pull_request', headRepository: 'Acme/Train' },
      OTHER,
    ],
    ['the base in pull_request_target', { name: 'pull_request_target', headRepository: REPOSITORY }, BASE],
    ['the base in workflow_run', { name: 'workflow_run', headRepository: REPOSITORY }, BASE],
    ['the base in issue_comment', { name: 'issue_comment' }, BASE],
    ['something unknown of this repository', { name: 'some_new_event' }, BASE],
  ])('%s: everything', (_, event, head) => {
    expect(rightsOf(eventOf(event), head)).toEqual({
      ...ALLOWED,
      why: `the event ${event.name} of this repository`,
    });
  });

  it.each<[string, Partial<Event>, string | undefined, RegExp]>([
    [
      'a pull request from a fork',
      { name: 'pull_request', headRepository: 'evil/train' },
      OTHER,
      /another repository, evil\/train/,
    ],
    ['one from a fork that is gone', { name: 'pull_request' }, OTHER, /not known/],
    [
      'a review of one from a fork',
      { name: 'pull_request_review', headRepository: 'evil/train' },
      OTHER,
      /another repository/,
    ],
    ['a review comment without a repository', { name: 'pull_request_review_comment' }, OTHER, /not known/],
    [
      'Dependabot in an own pull request',
      { name: 'pull_request', headRepository: REPOSITORY, actor: 'dependabot[bot]' },
      OTHER,
      /Dependabot/,
    ],
    ['Dependabot in a push', { name: 'push', actor: 'dependabot[bot]' }, BASE, /Dependabot/],
    [
      'pull_request_target with the head checked out',
      { name: 'pull_request_target', headRepository: REPOSITORY },
      OTHER,
      /not the base branch's own commit/,
    ],
    [
      'pull_request_target of a fork',
      { name: 'pull_request_target', headRepository: 'evil/train' },
      BASE,
      /another repository/,
    ],
    [
      'workflow_run with another commit',
      { name: 'workflow_run', headRepository: REPOSITORY },
      OTHER,
      /not the base branch's own commit/,
    ],
    [
      'workflow_run for a fork',
      { name: 'workflow_run', headRepository: 'evil/train' },
      BASE,
      /another repository/,
    ],
    [
      'issue_comment with another commit',
      { name: 'issue_comment' },
      OTHER,
      /not the base branch's own commit/,
    ],
    ['issue_comment with an unknown commit', { name: 'issue_comment' }, undefined, /is not known/],
    ['an issue with another commit', { name: 'issues' }, OTHER, /not the base branch's own commit/],
    [
      'a discussion with another commit',
      { name: 'discussion_comment' },
      OTHER,
      /not the base branch's own commit/,
    ],
  ])('%s: a build on a hosted runner, a plan elsewhere', (_, event, head, why) => {
    const reason = expect.stringMatching(why);

    expect(rightsOf(eventOf(event), head)).toEqual({ ...DENIED, build: true, why: reason });
    expect(rightsOf(eventOf({ ...event, hosted: false }), head)).toEqual({
      ...DENIED,
      build: false,
      why: reason,
    });
  });

  it('off GitHub: everything', () => {
    expect(rightsOf(undefined, undefined)).toEqual({ ...ALLOWED, why: 'started by hand' });
  });
});
