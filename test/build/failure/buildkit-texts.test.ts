import { describe, expect, it } from '@jest/globals';
import { failureError } from '../../../src/build/failure/error.ts';
import { classify } from '../../../src/build/failure/failure.ts';
import { ownWords } from '../../../src/build/failure/said.ts';
import { buildPlan } from '../requests.ts';
import { BUILDKIT_TEXTS } from './buildkit-texts.ts';

describe('what BuildKit says', () => {
  it.each(BUILDKIT_TEXTS)('is %s, with %i more tries and the hint "%s": %s', (kind, retries, hint, text) => {
    const failure = classify({ text, code: 1, aborted: false, stepStarted: false });
    expect(failure).toEqual({ kind, retries });

    const error = failureError(failure, { text: text.split('\n'), stepStarted: false }, buildPlan());
    expect(error.findings[0]?.hint).toContain(hint);
  });

  it.each([
    ['a "b \\" c" d', 'a "" d'],
    ['lstat /a/503: no such file', 'lstat …: no such file'],
    ['dial tcp: i/o timeout', 'dial tcp: i/o timeout'],
    ['h/a:503: pull access denied', '…: pull access denied'],
  ])('in %j is, in its own words, %j', (text, words) => {
    expect(ownWords(text)).toBe(words);
  });
});
