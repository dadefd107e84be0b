import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { handedOn, secondJob } from '../../../src/run/pending/second-job.ts';

const JOB = {
  name: 'train.v2',
  timeout: 7200,
  stopGrace: 30,
  secrets: [{ name: 'HF_TOKEN', required: true }],
};

const RUNS_ON = { labels: ['self-hosted', 'gpu'] };

describe('the second job of a workflow', () => {
  it('starts what the first one hands on, without a checkout', () => {
    const lines = secondJob(JOB, { runsOn: RUNS_ON, needs: 'image', checkout: false });

    const { jobs } = parse(`jobs:\n${lines.join('\n')}\n`);
    expect(jobs['run-train-v2']).toMatchObject({
      needs: 'image',
      permissions: { packages: 'read' },
      steps: [
        {
          uses: 'org/jobimg-action/run@v1',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
          with: { from: '${{ needs.image.outputs.result }}', job: 'train.v2', artifact: true },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
          env: { HF_TOKEN: '${{ secrets.HF_TOKEN }}' },
        },
      ],
    });
    expect(parse(handedOn('job'))).toEqual({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
      outputs: { result: '${{ steps.job.outputs.result }}' },
    });
  });

  it('runs from the checkout where the image is not all that it takes', () => {
    const lines = secondJob(JOB, { runsOn: RUNS_ON, needs: 'image', checkout: true });

    expect(parse(`jobs:\n${lines.join('\n')}\n`)).toEqual({
      jobs: {
        'run-train-v2': {
          needs: 'image',
          'runs-on': ['self-hosted', 'gpu'],
          'timeout-minutes': 151,
          permissions: { contents: 'read', packages: 'read' },
          steps: [
            { uses: 'actions/checkout@v7' },
            {
              uses: 'org/jobimg-action@v1',
              with: { job: 'train.v2', dispatch: 'true', artifact: true },
              // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
              env: { HF_TOKEN: '${{ secrets.HF_TOKEN }}' },
            },
          ],
        },
      },
    });
  });

  it('names a group with its labels', () => {
    const lines = secondJob(
      { ...JOB, secrets: [] },
      { runsOn: { group: 'gpus', labels: ['h100'] }, needs: 'image', checkout: false },
    );

    expect(lines).toContain('    runs-on: {"group":"gpus","labels":["h100"]}');
  });
});
