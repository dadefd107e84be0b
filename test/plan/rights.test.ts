import { describe, expect, it } from '@jest/globals';
import { type CheckoutComparison, type Event, rightsOf } from '../../src/plan/rights.ts';

const SAME: CheckoutComparison = { kind: 'same' };
const OTHER: CheckoutComparison = { kind: 'different', why: '"train.py" is not in the commit' };

function event(name: string): Event {
  return { name, actor: 'mona', repository: 'acme/train', sha: 'a'.repeat(40), hosted: true };
}

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
});
