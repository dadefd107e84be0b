import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/errors.ts';
import { annotationsOf, printFinding } from '../../src/report/findings.ts';

function finding(more: Partial<Finding> = {}): Finding {
  return { level: 'error', code: 'unknown-key', message: 'unknown key "gpus"', ...more };
}

describe('annotationsOf', () => {
  it('puts findings of one line into one annotation', () => {
    const location = { file: 'jobimg.yml', line: 3, column: 7 };

    expect(
      annotationsOf([
        finding({ location, hint: 'did you mean "gpu"?' }),
        finding({ location, message: 'second' }),
      ]),
    ).toEqual([
      {
        level: 'error',
        message: 'unknown key "gpus"\n  → did you mean "gpu"?\nsecond',
        properties: { title: 'jobimg: unknown-key', file: 'jobimg.yml', startLine: 3, startColumn: 7 },
      },
    ]);
  });

  it('keeps errors and warnings of one line apart', () => {
    const location = { file: 'jobimg.yml', line: 3 };

    expect(annotationsOf([finding({ location }), finding({ location, level: 'warning' })])).toHaveLength(2);
  });

  it('shows ten of a level, and says with the last how many more there are', () => {
    const many = Array.from({ length: 14 }, (_, index) => finding({ message: `problem ${index}` }));

    const annotations = annotationsOf([...many, finding({ level: 'notice' })]);

    expect(annotations.map(({ level }) => level)).toEqual([...Array(10).fill('error'), 'notice']);
    expect(annotations[9]?.message).toBe(
      'problem 9\n… and 4 more, all of them in the log and in the summary',
    );
  });

  it('names no file that the repository does not have', () => {
    const location = { file: '/etc/jobimg/defaults.yml', line: 3, column: 7 };

    expect(annotationsOf([finding({ location })])[0]?.properties).toEqual({ title: 'jobimg: unknown-key' });
  });

  it('cuts what the runner would cut without a word', () => {
    expect(annotationsOf([finding({ message: 'x'.repeat(10_000) })])[0]?.message).toHaveLength(4_001);
  });
});

describe('printFinding', () => {
  it.each([
    [finding(), 'error: unknown key "gpus"'],
    [finding({ location: { file: 'jobimg.yml' } }), 'jobimg.yml: error: unknown key "gpus"'],
    [
      finding({ location: { file: 'jobimg.yml', line: 3, column: 7 }, hint: 'do it' }),
      'jobimg.yml:3:7: error: unknown key "gpus"\n  → do it',
    ],
    [finding({ level: 'notice', hint: 'do it' }), 'notice: unknown key "gpus"\n  → do it'],
    [finding({ level: 'notice' }), 'unknown key "gpus"'],
    [finding({ level: 'notice', location: { file: 'jobimg.yml' } }), 'jobimg.yml: unknown key "gpus"'],
  ])('prints %j', (one, text) => {
    expect(printFinding(one)).toBe(text);
  });
});
