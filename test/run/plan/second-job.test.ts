import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { secondJob } from '../../../src/run/plan/second-job.ts';

const JOB = {
  name: 'train.v2',
  timeout: 7200,
  stopGrace: 30,
  secrets: [{ name: 'HF_TOKEN', required: true }],
};

describe('the second job of a workflow', () => {
  it('runs where the spec says, with the secrets it names and time for the pull', () => {
    const lines = secondJob(JOB, { labels: ['self-hosted', 'gpu'] }, 'image');

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
    const lines = secondJob({ ...JOB, secrets: [] }, { group: 'gpus', labels: ['h100'] }, 'image');

    expect(lines).toContain('    runs-on: {"group":"gpus","labels":["h100"]}');
  });
});
