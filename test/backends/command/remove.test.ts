import { describe, expect, it } from '@jest/globals';
import type { CommandPlace } from '../../../src/backends/command/place/place.ts';
import type { ToolResult } from '../../../src/backends/command/place/tool.ts';
import { removeRun } from '../../../src/backends/command/runs.ts';
import { PRESET_TEXTS } from '../../../src/data/places/texts.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { readPreset } from '../../../src/jobspec/layers/places/preset.ts';
import { sitesOf } from '../../../src/jobspec/parse.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const NAME = 'jobimg-1';

/** A place of AWS Batch that has these revisions, and refuses to take one of them away. */
function placeWith(answer: (words: readonly string[]) => { readonly code: number; readonly stdout: string }) {
  const started: string[] = [];
  const told: string[] = [];
  const place: CommandPlace = {
    name: 'batch',
    site: readPreset('aws-batch', PRESET_TEXTS.get('aws-batch') ?? '').site,
    ends: new Map(),
    temporary: '/nowhere',
    clock: systemClock,
    secrets: new Map(),
    progress: (message) => told.push(message),
    known: {
      find: async () => undefined,
      claim: async () => undefined,
      save: () => undefined,
      all: async () => [],
      forget: async () => undefined,
    },
    tool: {
      async run(words): Promise<ToolResult> {
        started.push(words.slice(2).join(' '));
        return { ...answer(words), bytes: Buffer.alloc(0), stderr: 'no' };
      },
      open: () => Promise.reject(new Error('nothing is opened')),
      check: async () => undefined,
    },
  };
  return { place, started, told };
}

const RUN = runPlan(IMAGE, { kind: 'arguments', words: ['true'] });
const HANDLE = { backend: 'command', run: RUN.id, name: NAME, hash: RUN.hash, native: { id: 'job-1' } };
const LIST = `describe-job-definitions --job-definition-name ${NAME} --status ACTIVE --output json`;

describe('what is left of a run', () => {
  it('is taken away one by one, all that the place lists', async () => {
    const stdout = JSON.stringify({
      jobDefinitions: [{ jobDefinitionArn: 'd:1' }, { jobDefinitionArn: 'd:2' }],
    });
    const { place, started, told } = placeWith((words) =>
      words.includes('d:1') ? { code: 1, stdout: '' } : { code: 0, stdout },
    );

    await removeRun(HANDLE, place);

    const deregister = 'deregister-job-definition --job-definition';
    expect(started).toEqual([LIST, `${deregister} d:1`, `${deregister} d:2`]);
    expect(told).toEqual(['"aws" ended with 1: no']);
  });

  it.each([
    [1, '', '"aws" ended with 1: no'],
    [0, 'no JSON', `the place "batch" does not list what is left of ${NAME}`],
  ])('is said to be there when the list ends with %d and says "%s"', async (code, stdout, said) => {
    const { place, started, told } = placeWith(() => ({ code, stdout }));

    await removeRun(HANDLE, place);

    expect(started).toEqual([LIST]);
    expect(told).toEqual([said]);
  });

  it('needs a list where each has a command line of its own', () => {
    const text = `commands:
  q:
    submit: { run: [put] }
    status: { run: [stat], states: { running: [R], ended: [E] } }
    cancel: { run: [del] }
    remove: { run: [rm, "{{ item }}"] }
`;

    expect(() => sitesOf({ path: 'defaults.yml', text, format: 'jobimg' }, new Map())).toThrow(
      'lists nothing',
    );
  });
});
