import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderFailure } from '../../../src/report/summary/failure.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import type { RunResult } from '../../../src/run/types/result.ts';
import { ARTIFACT, DIGEST, job, jobPlan, result, runPlan, runResult } from '../results.ts';

describe('renderSummary', () => {
  it('tells the image, the run and its metrics, with the Dockerfile folded', () => {
    const finding = {
      level: 'warning',
      code: 'x',
      message: 'no | pipe',
      hint: 'do it',
      location: { file: 'jobimg.yml', line: 3 },
    } as const;

    expect(renderSummary(result({ findings: [finding] }))).toBe(`## jobimg

| job | image | tag | result | why |
| --- | --- | --- | --- | --- |
| train | <code>ghcr&#46;io/acme/train&#64;sha256&#58;${'d'.repeat(12)}…</code> | <code>train&#45;1111111111111111</code> | code layer pushed | the environment is unchanged, the code is new |

| job | result | exit code | duration | output files | run |
| --- | --- | --- | --- | --- | --- |
| train | ✅ succeeded | 0 | 1 min 1 s | 1 | <code>train&#45;1&#45;1</code> |

### Metrics of train

| metric | value | trend |
| --- | --- | --- |
| loss | 1\\.5 | █▃▁ |

\`\`\`mermaid
xychart-beta
  title "loss"
  line [3, 2, 1.5]
\`\`\`

|  | where | what | what to do |
| --- | --- | --- | --- |
| warning | <code>jobimg&#46;yml&#58;3</code> | no \\| pipe | do it |

<details><summary>Images by digest</summary>

\`\`\`text
ghcr.io/acme/train@sha256:${'d'.repeat(64)}
\`\`\`

</details>

<details><summary>Dockerfile of train</summary>

\`\`\`\`dockerfile
FROM python
RUN pip install "x\`y\`\`\`z"
\`\`\`\`

</details>
`);
  });

  it('shows a plan before anything was made', () => {
    const summary = renderSummary(result({ images: new Map(), runs: [] }));

    expect(summary).toContain('| train |  | <code>train&#45;1111111111111111</code> | planned |  |');
  });

  it('says how a run failed', () => {
    const verdict = { reason: 'oom-host', exitCode: 137, detail: 'used all of 8GB' } as const;

    expect(renderSummary(result({ runs: [runResult({ verdict })] }))).toContain(
      '| train | ❌ oom\\-host\\: used all of 8GB | 137 |',
    );
  });

  it('says how many attempts a run took, and how those before ended', () => {
    const run = runPlan({ retries: 1, retry: { max: 3, on: ['interruption'], backoff: 10 } });
    const earlier = [{ run: 'train-1', verdict: { reason: 'interrupted' }, duration: 3 }] as const;

    expect(renderSummary(result({ runs: [runResult({ run, earlier })] }))).toContain(
      '✅ succeeded \\(attempt 2 of 4, after\\: interrupted\\)',
    );
  });

  it('has one row for each leg of a matrix, with its params and last metrics', () => {
    const legOf = (values: Readonly<Record<string, string>>, more: Partial<RunResult>) => {
      const leg = { label: '', values: new Map(Object.entries(values)), failFast: true };
      return runResult({ run: runPlan({ id: `train-${values['lr']}`, leg }), ...more });
    };
    const runs = [
      legOf({ lr: '0.1', depth: '3' }, {}),
      legOf({ lr: '0.2' }, { verdict: { reason: 'failed', exitCode: 3 }, metrics: [] }),
    ];

    const summary = renderSummary(result({ runs }));

    expect(summary).toContain(
      [
        '### Runs of train',
        '',
        '| lr | depth | result | duration | loss | trend | run |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        '| 0\\.1 | 3 | ✅ succeeded | 1 min 1 s | 1\\.5 | █▃▁ | <code>train&#45;0&#46;1</code> |',
        '| 0\\.2 |  | ❌ failed, exit code 3 | 1 min 1 s |  |  | <code>train&#45;0&#46;2</code> |',
      ].join('\n'),
    );
    expect(summary).not.toContain('### Metrics of');
  });

  it('links the artifact of each run, where there is one', () => {
    const leg = { label: 'x=1', values: new Map([['x', '1']]), failFast: true };
    const runs = [
      runResult({ artifact: ARTIFACT }),
      runResult({ run: runPlan({ job: 'sweep', leg }), artifact: ARTIFACT }),
      runResult({ run: runPlan({ job: 'sweep', leg }) }),
    ];

    const summary = renderSummary(result({ runs }));

    const link = `[train\\-1\\-0a1b2c3d](${ARTIFACT.url})`;
    expect(summary).toContain('| duration | output files | artifact | run |');
    expect(summary).toContain(`| 1 | ${link} | <code>train`);
    expect(summary).toContain('| trend | artifact | run |');
    expect(summary).toContain(`| █▃▁ | ${link} | <code>train`);
    expect(summary).toContain('| █▃▁ |  | <code>train');
  });

  it('stays below the size above which the runner drops it, in whole sections', () => {
    const metrics = Array.from({ length: 100 }, (_, index) => ({
      name: `m${index}`.repeat(30),
      values: [1, 2],
    }));
    const runs = Array.from({ length: 300 }, () => runResult({ metrics }));

    const summary = renderSummary(result({ runs }));

    expect(Buffer.byteLength(summary)).toBeLessThan(900 * 1024 + 200);
    expect(summary).toContain('The rest is left out');
  });

  it('draws the rows of the template and no other, whatever a metric or a message is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const runs = [
          runResult({ metrics: [{ name: text, values: [1] }], verdict: { reason: 'failed', detail: text } }),
        ];
        const findings = [{ level: 'error', code: 'x', message: text, hint: text }] as const;

        const lines = renderSummary(result({ runs, findings })).split('\n');

        const expected = renderSummary(
          result({
            runs: [
              runResult({
                metrics: [{ name: 'x', values: [1] }],
                verdict: { reason: 'failed', detail: 'x' },
              }),
            ],
            findings: [{ level: 'error', code: 'x', message: 'x', hint: 'x' }],
          }),
        ).split('\n');
        expect(lines).toHaveLength(expected.length);
        expect(lines.map(cells)).toEqual(expected.map(cells));
      }),
    );
  });
});

/** Bars that end a cell. */
function cells(line: string): number {
  return line.replace(/\\./g, '').split('|').length;
}

describe('renderFailure', () => {
  it('tells what stopped the story', () => {
    expect(renderFailure([{ level: 'error', code: 'x', message: 'it is broken' }])).toContain(
      '| error |  | it is broken |  |',
    );
  });
});

describe('a run that failed', () => {
  const verdict = { reason: 'oom-host', exitCode: 137, hint: 'raise "memory" in the spec' } as const;

  it('has what to do and how its log ended, whatever stands in it', () => {
    const runs = [runResult({ verdict, lastLines: ['epoch 3', '```', '<b>Killed</b>'] })];

    const summary = renderSummary(result({ runs }));

    expect(summary).toContain(
      '### train\\: failed, exit code 137 \\(oom\\-host\\)\n\n→ raise "memory" in the spec\n\n````text\nepoch 3\n```\n<b>Killed</b>\n````',
    );
  });

  it('has no such section when it succeeded, was cancelled, or said nothing', () => {
    const runs = [
      runResult(),
      runResult({ run: runPlan({ job: 'a' }), verdict: { reason: 'cancelled' }, lastLines: ['epoch 3'] }),
      runResult({ run: runPlan({ job: 'b' }), verdict: { reason: 'failed', exitCode: 1 } }),
    ];

    expect(renderSummary(result({ runs, findings: [] }))).not.toMatch(/^###.*(?:failed|cancelled)/m);
  });
});

it('names jobs of an image by reference without a Dockerfile', () => {
  const given = jobPlan({
    job: job(),
    image: { kind: 'given', reference: { registry: 'ghcr.io', path: 'a' }, digest: DIGEST },
  });
  const plan = { destination: { kind: 'engine' }, jobs: [given] } as const;

  expect(renderSummary(result({ plan }))).not.toContain('<summary>Dockerfile');
});
