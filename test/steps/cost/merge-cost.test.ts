import { describe, expect, it } from '@jest/globals';
import type { MergeCost } from '../../../src/cost/cost.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { rightsOf } from '../../../src/plan/rights.ts';
import { main } from '../../../src/steps/main.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const SPEC = 'jobs:\n  train:\n    image: { base: python:3.12-slim }\n    run: python train.py\n';
const FILES = { 'jobimg.yml': SPEC, 'requirements.txt': 'torch==2.7\n', 'train.py': 'print(1)\n' };
const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
};

describe('what merging costs', () => {
  it('is an environment anew with the packages that move, when a pin moves', async () => {
    const world = await published();
    world.files.set('requirements.txt', 'torch==2.8\n');

    const cost = await costOf(world);

    expect(cost?.jobs).toEqual([
      {
        name: 'train',
        made: 'environment',
        why: 'rebuilt: requirements.txt changed',
        packages: {
          kind: 'pinned',
          changes: [{ name: 'torch', from: '2.7', to: '2.8' }],
          more: 0,
          whole: false,
        },
        pull: { base: 0, before: 0 },
        code: { files: 2, bytes: 20 },
      },
    ]);
  });

  it('is the code layer alone when only the code changes', async () => {
    const world = await published();
    world.files.set('train.py', 'print(2)\n');

    const cost = await costOf(world);

    expect(cost?.jobs).toMatchObject([
      { made: 'code', why: 'the environment is unchanged, the code is new' },
    ]);
  });

  it('is nothing when nothing changes', async () => {
    const cost = await costOf(await published());

    expect(cost?.jobs).toEqual([{ name: 'train', made: 'nothing' }]);
  });

  it('is looked up where a push puts images, although a pull request of a fork puts none there', async () => {
    const world = await published();
    const { caller } = world.tools;
    const event = { name: 'pull_request', actor: 'eve', repository: 'acme/train', sha: '', hosted: true };
    const rights = rightsOf({
      event: { ...event, headRepository: 'eve/train' },
      untrusted: false,
      checkout: undefined,
    });

    const cost = await costOf(world, { caller: { ...caller, rights } });

    expect(cost?.jobs).toEqual([{ name: 'train', made: 'nothing' }]);
  });

  it('is not known where the registry tells nothing, and nothing fails for it', async () => {
    const world = await published();
    const { registry } = world.tools;
    const denied = fakeWorld(FILES);
    const find = async (reference: Parameters<typeof registry.find>[0]) => {
      denied.denied.add('ghcr.io/acme/train');
      return await refuse(reference);
    };

    const cost = await costOf(denied, { registry: { ...denied.tools.registry, find } });

    expect(cost?.jobs).toEqual([{ name: 'train', made: 'unknown' }]);
    expect(denied.lines).toContain('what is there already is not known: GET manifest: denied (401)');
  });

  it('leaves packages uncompared where there is nothing to compare with', async () => {
    const world = await published();
    world.files.set('requirements.txt', 'torch==2.8\n');

    const cost = await costOf(world, { baseline: async () => undefined });

    expect(cost?.jobs[0]?.packages).toEqual({ kind: 'unknown' });
  });

  it('asks nobody when it is not asked for', async () => {
    const world = await published();
    world.asked.length = 0;

    const result = await main({ ...INPUTS, until: 'plan', check: true }, world.tools);

    expect(result.cost).toBeUndefined();
    expect(world.asked).toEqual(['resolve docker.io/library/python:3.12-slim']);
  });
});

/** A world whose registry has the images of the files above. */
async function published(): Promise<FakeWorld> {
  const world = fakeWorld(FILES);
  await main({ ...INPUTS, until: 'image' }, world.tools);
  return world;
}

async function costOf(world: FakeWorld, changes: Partial<Tools> = {}): Promise<MergeCost | undefined> {
  const before: ReadonlyMap<string, string> = new Map(Object.entries(FILES));
  const baseline = async () => ({ read: async (path: string) => before.get(path) });
  const tools = { ...world.tools, baseline, ...changes };
  return (await main({ ...INPUTS, until: 'plan', check: true, cost: true }, tools)).cost;
}

async function refuse(_: unknown): Promise<never> {
  const { UserError } = await import('../../../src/errors.ts');
  throw new UserError('GET manifest: denied (401)', { code: 'registry-denied' });
}
