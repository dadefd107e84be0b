import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import type { RunResult } from '../../../src/run/types/result.ts';
import { keepMatrixPage } from '../../../src/steps/runs/matrix-page.ts';
import type { Artifacts } from '../../../src/tools/artifacts.ts';
import { runPlan, runResult } from '../../report/results.ts';

const LEGS = ['a', 'b'].map((id): RunResult => runResult({ run: runPlan({ id }) }));

async function keep(
  keepPage: () => Promise<string | undefined>,
  { upload, abort }: { upload?: Artifacts['upload']; abort?: boolean } = {},
) {
  const lines: string[] = [];
  const findings = new Findings();
  const cancelled = abort === true ? AbortSignal.abort() : new AbortController().signal;
  const artifacts = upload && { workflowJob: undefined, upload };
  const host = { cancelled, info: (line: string) => void lines.push(line) };
  await keepMatrixPage(LEGS, { artifacts, host, runs: { keepPage } }, findings);
  return { lines, findings: findings.all };
}

describe('the page of a matrix', () => {
  it('is uploaded under a name of its own', async () => {
    const uploaded: string[] = [];
    const upload: Artifacts['upload'] = async (name, folder) => {
      uploaded.push(`${name} ${folder}`);
      return {
        kind: 'uploaded',
        artifact: { name, id: 1, url: 'https://x', size: 7 },
        renamed: [],
        remarks: [],
      };
    };

    const { lines, findings } = await keep(async () => '/runs/a.matrix', { upload });

    expect(uploaded).toEqual([expect.stringMatching(/^train-matrix-\d+-[0-9a-f]{8} \/runs\/a\.matrix$/)]);
    expect(lines[0]).toBe('the legs of train are compared in /runs/a.matrix/runs.html');
    expect(findings).toEqual([]);
  });

  it('takes nothing from the runs where it cannot be written', async () => {
    const { findings } = await keep(async () => {
      throw new Error('no space left');
    });

    expect(findings).toMatchObject([{ level: 'warning', message: expect.stringContaining('no space left') }]);
  });

  it('is not made for whoever wants to stop', async () => {
    expect(await keep(async () => '/runs/a.matrix', { abort: true })).toEqual({ lines: [], findings: [] });
  });
});
