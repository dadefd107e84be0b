import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../../src/inputs/inputs.ts';
import { main } from '../../../../src/steps/main.ts';
import type { Tools } from '../../../../src/tools/tools.ts';
import { fakeWorld } from '../../../fakes/tools.ts';

const FILES = {
  'jobimg.yml': 'run: python train.py\nimage: { base: "python:3.12-slim" }\noutputs: [outputs/]\n',
  'train.py': 'print("hello")\n',
};
const INPUTS: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: { kind: 'none' } };

async function run(changes: Partial<Tools>) {
  const world = fakeWorld(FILES);
  const result = await main(INPUTS, { ...world.tools, ...changes });
  return { ...world, ...result, id: result.runs[0]?.run.id };
}

describe('outputs that are to be signed', () => {
  it('are signed as soon as their record is kept, by which they are named', async () => {
    const signed: string[] = [];
    const sign = async (statement: string) => {
      signed.push(statement);
      return 'bundle';
    };

    const { done, id, lines } = await run({ signer: { sign } });

    expect(signed).toEqual(['{}']);
    expect(done.slice(-4, -2)).toEqual([`keep ${id} succeeded`, `sign ${id}`]);
    expect(lines).toContainEqual(expect.stringContaining(`/runs/${id}/provenance/bundle.sigstore.json`));
  });

  it('are a warning where nobody signs them, and the run has succeeded', async () => {
    const sign = async () => {
      throw new UserError('error creating signing certificate: not you', { hint: 'try again' });
    };

    const { runs, findings, id } = await run({ signer: { sign } });

    expect(runs[0]?.verdict.reason).toBe('succeeded');
    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'attestation',
        message: `the outputs of the run ${id} are not signed: error creating signing certificate: not you`,
        hint: 'try again',
      },
    ]);
  });

  it('stay as they are where nobody asks for it', async () => {
    const { done, id } = await run({});

    expect(done).not.toContain(`sign ${id}`);
  });
});
