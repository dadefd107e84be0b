import { describe, expect, it } from '@jest/globals';
import { printResult } from '../../../src/report/text/result.ts';
import { ARTIFACT, DIGEST, ENSURED, result, runPlan, runResult } from '../results.ts';

describe('what a person reads at the end', () => {
  it('is the image and how it was made, how the run ended, its metrics and its outputs', () => {
    expect(printResult(result())).toEqual([
      'job       train',
      `image     ghcr.io/acme/train@${DIGEST} (code layer pushed: the environment is unchanged, the code is new)`,
      'run       succeeded, exit code 0, 1 min 1 s',
      'loss      1.5  █▃▁',
      'outputs   /runner/outputs',
      '          outputs/model.pt',
    ]);
  });

  it('has each output in a line of its own, whatever its name', () => {
    const runs = [runResult({ outputs: ['outputs/a\nrun       succeeded'], metrics: [] })];

    expect(printResult(result({ runs })).slice(-1)).toEqual(['          "outputs/a\\nrun       succeeded"']);
  });

  it('has where the files of the run are kept, of each leg of a matrix too', () => {
    const leg = { label: 'x=1', values: new Map(), failFast: true };
    const kept = runResult({ artifact: ARTIFACT });
    const legs = [
      { ...kept, run: runPlan({ leg }) },
      runResult({ run: runPlan({ leg }), artifact: ARTIFACT }),
    ];

    expect(printResult(result({ runs: [kept] })).at(-1)).toBe(`artifact  ${ARTIFACT.url}`);
    expect(printResult(result({ runs: legs })).slice(-2)).toEqual([
      `artifacts  ${ARTIFACT.url}`,
      `           ${ARTIFACT.url}`,
    ]);
  });

  it.each([
    ['found', 'nothing changed', '(reused: nothing changed)'],
    ['given', 'the image is used as it is', '(used as it is)'],
  ] as const)('names an image that was %s', (made, why, how) => {
    const images = new Map([['train', { ...ENSURED, made, why }]]);

    expect(printResult(result({ images }))[1]).toBe(`image     ghcr.io/acme/train@${DIGEST} ${how}`);
  });

  it('has of a failure the reason, what it means, and what to do', () => {
    const verdict = {
      reason: 'oom-host',
      exitCode: 137,
      detail: 'the container ran out of memory',
      hint: 'raise "memory" in the spec',
    } as const;
    const run = runPlan({ retries: 1 });
    const runs = [runResult({ run, verdict, metrics: [], outputs: [], logFile: '/runner/log.txt' })];

    expect(printResult(result({ runs })).slice(2)).toEqual([
      'run       oom-host, exit code 137, 1 min 1 s',
      '          the container ran out of memory',
      '          → raise "memory" in the spec',
      '          attempt 2 of 2',
      'log       /runner/log.txt',
    ]);
  });
});
