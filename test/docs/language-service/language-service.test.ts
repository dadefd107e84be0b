import { describe, expect, it } from '@jest/globals';
import { ACTIONS, DOCUMENTS, read, WORKFLOWS } from '../repository.ts';
import { snippetsOf } from '../snippets.ts';
import { complaints } from './service.ts';
import { workflowAround } from './snippet.ts';

const SNIPPETS = DOCUMENTS.flatMap(snippetsOf).flatMap(({ at, isSpec, text }) => {
  const workflow = isSpec ? undefined : workflowAround(text);
  return workflow === undefined ? [] : [{ at, workflow }];
});

describe("GitHub's language service", () => {
  it.each(WORKFLOWS)('has no complaint about %s', async (path) => {
    expect(await complaints(path, read(path))).toEqual([]);
  });

  it.each(ACTIONS)('has no complaint about %s', async (path) => {
    expect(await complaints(path, read(path))).toEqual([]);
  });

  it.each(SNIPPETS)('has no complaint about the workflow at $at', async ({ workflow }) => {
    expect(await complaints('.github/workflows/snippet.yml', workflow)).toEqual([]);
  });

  it('is asked about every snippet that names an action of ours', () => {
    const named = DOCUMENTS.flatMap(snippetsOf).filter(({ text }) => /uses: org\/jobimg-action/.test(text));

    expect(SNIPPETS.map(({ at }) => at)).toEqual(expect.arrayContaining(named.map(({ at }) => at)));
    expect(named.length).toBeGreaterThanOrEqual(15);
  });
});

describe('what it complains about', () => {
  const steps = (lines: readonly string[]): string =>
    [
      'on: push',
      'jobs:',
      '  job:',
      '    runs-on: ubuntu-24.04',
      '    steps:',
      ...lines.map((line) => `      ${line}`),
    ].join('\n');

  it.each([
    [['- uses: org/jobimg-action@v1', '  with: { regsitry: none }'], "7: Invalid action input 'regsitry'"],
    [['- uses: org/jobimg-action/attach@v1'], '6: Missing required input `run`'],
    [['- uses: $/', '  with: { regsitry: none }'], "Invalid action input 'regsitry' of $/"],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
      ['- { id: job, uses: org/jobimg-action@v1 }', '- run: echo ${{ steps.job.outputs.digets }}'],
      '7: Context access might be invalid: digets',
    ],
    [['- runs: python train.py'], "6: Unexpected value 'runs'"],
  ])('%j', async (lines, complaint) => {
    expect(await complaints('.github/workflows/wrong.yml', steps(lines))).toContain(complaint);
  });

  it('an input that the reusable workflow has not', async () => {
    const text = `on: push
jobs:
  job:
    uses: org/jobimg-action/.github/workflows/job.yml@v1
    with: { regsitry: none }
`;

    expect(await complaints('.github/workflows/wrong.yml', text)).toEqual([
      '5: Invalid input, regsitry is not defined in the referenced workflow.',
    ]);
  });

  it('an action of ours with a key that no action has', async () => {
    const text = 'name: x\ndescription: y\nruns:\n  using: node24\n  main: x.js\n  posst: y.js\n';

    expect(await complaints('action.yml', text)).toEqual([expect.stringMatching(/posst/)]);
  });
});
