import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import { runAll } from '../../../src/steps/runs/run-all.ts';
import { uploadRun } from '../../../src/steps/runs/upload-run.ts';
import type { Artifacts, Upload } from '../../../src/tools/artifacts.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan, runResult } from '../../report/results.ts';

const URL = 'https://github.com/acme/train/actions/runs/18/artifacts/7';

function artifacts(upload: (name: string) => Upload) {
  const asked: (readonly [string, string])[] = [];
  const tool: Artifacts = {
    workflowJob: 'job-1',
    async upload(name, folder) {
      asked.push([name, folder]);
      return upload(name);
    },
  };
  return { tool, asked };
}

const kept = (name: string): Upload => ({
  kind: 'uploaded',
  artifact: { name, id: 7, url: URL, size: 12 },
  renamed: [],
  remarks: [],
});

async function upload(result: Parameters<typeof uploadRun>[0], tool: Artifacts | undefined) {
  const world = fakeWorld({});
  const findings = new Findings();
  const told = await uploadRun(result, { host: world.tools.host, artifacts: tool }, findings);
  return { told, findings: findings.all, lines: world.lines };
}

describe('the files of a run that is over', () => {
  it('are uploaded as one artifact, whatever the run ended with', async () => {
    const { tool, asked } = artifacts(kept);

    const { told, findings, lines } = await upload(
      runResult({ verdict: { reason: 'failed', exitCode: 3 } }),
      tool,
    );

    expect(asked).toEqual([[expect.stringMatching(/^train-1-[0-9a-f]{8}$/), '/runner/outputs']]);
    expect(told.artifact).toMatchObject({ id: 7, url: URL });
    expect(told.verdict).toEqual({ reason: 'failed', exitCode: 3 });
    expect(findings).toEqual([]);
    expect(lines).toEqual([`artifact ${told.artifact?.name}: ${URL}`]);
  });

  it('are not where nobody asked for it, and where there are none', async () => {
    const { tool, asked } = artifacts(kept);
    const result = runResult();

    expect((await upload(result, undefined)).told).toBe(result);
    expect((await upload(runResult({ outputsFolder: undefined }), tool)).told.artifact).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('are the log alone of a run that nobody hears of any more', async () => {
    const { tool, asked } = artifacts(kept);

    await upload(runResult({ outputsFolder: undefined, logFile: '/runs/1/log.txt' }), tool);

    expect(asked.map(([, folder]) => folder)).toEqual(['/runs/1']);
  });

  it('that cannot be uploaded take nothing from the run: a warning says where they are', async () => {
    const failure = { kind: 'service', detail: 'Failed request: (503)' } as const;
    const { tool } = artifacts(() => ({ kind: 'failed', failure }));

    const { told, findings } = await upload(runResult(), tool);

    expect(told).toEqual(runResult());
    expect(findings).toMatchObject([
      { level: 'warning', message: expect.stringContaining('"/runner/outputs"'), hint: expect.any(String) },
    ]);
  });

  it('are told by name where the artifact has them under another, and where the client missed one', async () => {
    const renamed = ['a:b', 'c:d', 'e:f', 'g:h'];
    const { tool } = artifacts((name) => ({ ...kept(name), renamed, remarks: ['no such file'] }) as Upload);

    const { findings } = await upload(runResult(), tool);

    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^of the artifact train-1-\w+: no such file$/),
      expect.stringMatching(/"a:b", "c:d", "e:f" and 1 more; it is percent-encoded in train-1-\w+$/),
    ]);
  });

  it('of each leg are uploaded when it is over, before the next', async () => {
    const { tool, asked } = artifacts(kept);
    const { tools, started } = fakeWorld({});
    const order: number[] = [];
    const watched: Artifacts = {
      ...tool,
      upload(name, folder) {
        order.push(started.length);
        return tool.upload(name, folder);
      },
    };
    const leg = (label: string) => ({ label, values: new Map(), maxParallel: 1, failFast: true });
    const plans = ['x=1', 'x=2'].map((label) => runPlan({ family: label, secrets: [], leg: leg(label) }));

    const { runs } = await runAll(plans, { ...tools, artifacts: watched });

    // The last one has the page of the matrix.
    expect(order).toEqual([1, 2, 2]);
    const [first, second, page] = asked.map(([name]) => name);
    expect(runs.map(({ artifact }) => artifact?.name)).toEqual([first, second]);
    expect(new Set([first, second, page]).size).toBe(3);
  });
});
