import { describe, expect, it } from '@jest/globals';
import { readValue } from '../../../src/backends/command/answer/read.ts';
import { standingOf } from '../../../src/backends/command/answer/standing.ts';
import { fillWords } from '../../../src/backends/command/plan/fill.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import { DEFAULTS, siteIn } from '../shell-queue/bench.ts';

const SITE = siteIn(DEFAULTS);

function answer(stdout: string, code = 0, stderr = '') {
  return { stdout, code, stderr, bytes: Buffer.from(stdout) };
}

describe('a value that a program prints', () => {
  it.each([
    ['all of it, trimmed', undefined, ' 17\n', '17'],
    ['nothing', undefined, '\n', undefined],
    ['a group of a pattern', { kind: 'pattern', pattern: /^id: (\S+)$/mu }, 'hello\nid: a-1\n', 'a-1'],
    ['a pattern that is not there', { kind: 'pattern', pattern: /id=(\d+)/u }, 'no', undefined],
    ['a path in JSON', { kind: 'json', path: ['jobs', '0', 'id'] }, '{"jobs":[{"id":7}]}', '7'],
    ['a path that JSON does not have', { kind: 'json', path: ['a', 'b'] }, '{"a":[]}', undefined],
    ['of JSON that is none', { kind: 'json', path: ['a'] }, 'Traceback …', undefined],
    ['how it ended', { kind: 'exit-code' }, '', '0'],
  ] as const)('is %s', (_, reading, stdout, value) => {
    expect(readValue(reading, answer(stdout))).toBe(value);
  });
});

describe('how a run at a place stands', () => {
  it.each([
    ['waiting', { state: 'queued' }],
    ['running', { state: 'running' }],
    ['gone', { state: 'absent' }],
    ['done 0 7', { state: 'ended', duration: 7, verdict: { reason: 'succeeded', exitCode: 0 } }],
    ['done 3 1', { state: 'ended', verdict: { reason: 'failed', exitCode: 3 } }],
    ['timeout 143 60', { state: 'ended', verdict: { reason: 'timeout', exitCode: 143 } }],
    ['cancelled 137 2', { state: 'ended', verdict: { reason: 'cancelled', exitCode: 137 } }],
  ])('%s', (stdout, standing) => {
    expect(standingOf(answer(stdout), SITE)).toMatchObject(standing);
  });

  it('is asked for again when the program fails', () => {
    expect(() => standingOf(answer('', 1, 'connection refused'), SITE)).toThrow(NoAnswer);
  });

  it('is not guessed from a word that nobody has described', () => {
    expect(() => standingOf(answer('suspended'), SITE)).toThrow('"suspended" is no state that is known');
  });
});

describe('the words of a program', () => {
  it('stay as many as they are, whatever is put into them', () => {
    const options = new Map([['pool', 'a b; rm -rf /']]);

    const words = fillWords(['q', '--pool={{ options.pool }}', '{{id}}'], {
      known: { id: '$(id)' },
      options,
    });

    expect(words).toEqual(['q', '--pool=a b; rm -rf /', '$(id)']);
  });
});
