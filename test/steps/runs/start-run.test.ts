import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { startRun } from '../../../src/steps/runs/start-run.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const plan = runPlan({ id: 'train-1' });

/** What is kept of a run whose start ends in this error, while its place has so much of it. */
async function keptAfter(error: UserError, look: Backend['look']): Promise<readonly string[]> {
  const { tools, done } = fakeWorld({});
  const submit = async (): Promise<never> => {
    throw error;
  };
  const backend = async (...place: Parameters<typeof tools.backend>): Promise<Backend> => ({
    ...(await tools.backend(...place)),
    submit,
    look,
  });

  await expect(startRun(plan, { ...tools, backend })).rejects.toBe(error);
  return done.filter((one) => /^(?:keep|forget) /.test(one));
}

const is =
  (state: 'absent' | 'running'): Backend['look'] =>
  async () => ({ state, overdue: false, secrets: new Map() });

describe('a run that could not be started', () => {
  const wrong = new UserError('the server answers 404');

  it('is over, where its place has nothing of it', async () => {
    expect(await keptAfter(wrong, is('absent'))).toEqual(['keep train-1 preflight', 'forget train-1']);
  });

  it.each<[string, UserError, Backend['look']]>([
    ['its place has something of it', wrong, is('running')],
    ['its place did not answer', new UserError('no answer', { kind: 'unavailable' }), is('absent')],
    ['its place does not answer any more', wrong, () => Promise.reject(new UserError('no answer'))],
  ])('is left to the next start where %s', async (_, error, look) => {
    expect(await keptAfter(error, look)).toEqual([]);
  });
});
