import { describe, expect, it } from '@jest/globals';
import {
  type CheckoutComparison,
  dependsOnCheckout,
  type Event,
  type Rights,
  rightsOf,
} from '../../src/plan/rights.ts';

const SAME: CheckoutComparison = { kind: 'same' };
const OTHER: CheckoutComparison = { kind: 'different', why: '"train.py" is not in the commit' };

function event(name: string, change: Partial<Event> = {}): Event {
  return { name, actor: 'mona', repository: 'acme/train', sha: 'a'.repeat(40), hosted: true, ...change };
}

/** With a checkout that is the event's own commit, so that nothing hangs on it. */
function rightsFor(name: string, change: Partial<Event> = {}): Rights {
  return rightsOf({ event: event(name, change), untrusted: false, checkout: SAME });
}

const OF_WRITERS = ['push', 'schedule', 'workflow_dispatch', 'release', 'create'];
const OF_PULL_REQUEST = ['pull_request', 'pull_request_review', 'pull_request_review_comment'];
const ABOUT_OTHERS = ['pull_request_target', 'workflow_run'];
const OF_ANYBODY = ['issue_comment', 'merge_group', 'an_event_of_tomorrow', ''];
const OWN = { headRepository: 'Acme/Train' };

describe('what an event may do', () => {
  it('is everything where it is trusted', () => {
    expect(rightsOf({ event: event('push'), untrusted: false, checkout: undefined })).toEqual({
      trusted: true,
      credentials: true,
      push: true,
      cacheExport: true,
      run: true,
      build: true,
      why: 'the event push of this repository',
    });
  });

  it.each(['issue_comment', 'merge_group', 'an_event_of_tomorrow', ''])(
    'hangs on a comparison that was made, and showed no difference (%s)',
    (name) => {
      const trustedWith = (checkout: CheckoutComparison | undefined): boolean =>
        rightsOf({ event: event(name), untrusted: false, checkout }).trusted;

      expect([SAME, OTHER, undefined].map(trustedWith)).toEqual([true, false, false]);
    },
  );

  it('is nothing where the caller says so, whatever the event', () => {
    const rights = rightsOf({ event: event('push'), untrusted: true, checkout: SAME });

    expect(rights).toMatchObject({ trusted: false, credentials: false, build: false });
  });

  it('is told, where the caller says so or nothing started it', () => {
    expect(rightsOf({ event: event('push'), untrusted: true, checkout: SAME }).why).toBe(
      'the caller says that the code is not trusted',
    );
    expect(rightsOf({ event: undefined, untrusted: false, checkout: undefined })).toMatchObject({
      trusted: true,
      why: 'started by hand',
    });
  });

  it('is a build alone where it is not trusted, and only on a machine that goes with the job', () => {
    const none = { trusted: false, credentials: false, push: false, cacheExport: false, run: false };
    const why = 'the code comes from another repository, eve/train';

    expect(rightsFor('pull_request', { headRepository: 'eve/train' })).toEqual({ ...none, build: true, why });
    expect(rightsFor('pull_request', { headRepository: 'eve/train', hosted: false })).toEqual({
      ...none,
      build: false,
      why,
    });
  });
});

describe('the comparison of a checkout', () => {
  it('decides over each event that anybody can start, and over no other', () => {
    const all = [...OF_WRITERS, ...OF_PULL_REQUEST, ...ABOUT_OTHERS, ...OF_ANYBODY];

    expect(all.filter((name) => dependsOnCheckout(event(name)))).toEqual([...ABOUT_OTHERS, ...OF_ANYBODY]);
  });

  it.each([
    [
      'issue_comment',
      undefined,
      'the event issue_comment is trusted only with its own commit, and the checkout could not be verified: it was not compared',
    ],
    [
      '',
      OTHER,
      'the event without a name is trusted only with its own commit, and the checkout could not be verified: "train.py" is not in the commit',
    ],
  ])('is what the event "%s" is not trusted without', (name, checkout, why) => {
    expect(rightsOf({ event: event(name), untrusted: false, checkout }).why).toBe(why);
  });
});

describe('whose code it is', () => {
  it.each(OF_WRITERS)('asks no comparison of %s', (name) => {
    expect(rightsOf({ event: event(name), untrusted: false, checkout: undefined }).trusted).toBe(true);
  });

  it.each([...OF_PULL_REQUEST, ...ABOUT_OTHERS])('has to be said of %s, in any case of letters', (name) => {
    expect(rightsFor(name, OWN).trusted).toBe(true);
    expect(rightsFor(name)).toMatchObject({
      trusted: false,
      why: 'the repository that the code comes from is not known',
    });
    expect(rightsFor(name, { headRepository: 'acme/train2' }).trusted).toBe(false);
  });

  it.each([...OF_WRITERS, ...OF_PULL_REQUEST, ...ABOUT_OTHERS, ...OF_ANYBODY])(
    'is never ours where Dependabot started %s',
    (name) => {
      expect(rightsFor(name, { ...OWN, actor: 'dependabot[bot]' })).toMatchObject({
        trusted: false,
        why: 'the event was started by Dependabot',
      });
    },
  );

  it.each([
    ['its actor', { actor: 'renovate[bot]' }],
    ['its author', { authorType: 'Bot' }],
  ])("is nobody's where a bot opened the pull request: %s", (_, change) => {
    for (const name of OF_PULL_REQUEST) {
      expect(rightsFor(name, { ...OWN, ...change })).toMatchObject({
        trusted: false,
        why: 'the pull request was opened by a bot, and possibly reviewed by nobody',
      });
    }
    for (const name of OF_WRITERS) expect(rightsFor(name, change).trusted).toBe(true);
  });

  it("is a person's whose name only has a bot in it", () => {
    expect(rightsFor('pull_request', { ...OWN, actor: '[bot]ada', authorType: 'User' }).trusted).toBe(true);
  });
});
