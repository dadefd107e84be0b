import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import type { Digest } from '../../../src/oci/types.ts';
import { main } from '../../../src/steps/main.ts';
import type { Registry } from '../../../src/tools/registry.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const FILES = {
  'jobimg.yml':
    'run: python train.py {{ lr }}\nimage: { base: "python:3.12-slim" }\nparams: { lr: 0.1 }\nstrategy: { matrix: { lr: [0.1, 0.2, 0.3] } }\n',
  'train.py': 'print("hello")\n',
};

const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
  record: true,
};

const run = (world: FakeWorld, registry: Partial<Registry> = {}, changes: Partial<Inputs> = {}) =>
  main({ ...INPUTS, ...changes }, { ...world.tools, registry: { ...world.tools.registry, ...registry } });

describe('the record of a run', () => {
  it('stands beside its image, one for each leg', async () => {
    const world = fakeWorld(FILES);

    const { runs, images } = await run(world);

    const image = images.get('train')?.image?.digest as Digest;
    const named = (world.referrers.get(image) ?? []).map(
      ({ annotations }) => annotations?.['dev.jobimg.run'],
    );
    expect(named.sort()).toEqual(runs.map(({ run: { id } }) => id).sort());
    expect(world.referrers.get(image)?.[0]?.artifactType).toBe('application/vnd.jobimg.run.v1+json');
    expect(world.lines.filter((line) => line.includes('whoever may read the image'))).toHaveLength(1);
  });

  it('stays here without the right to push, which one line says', async () => {
    const world = fakeWorld(FILES);
    const denied = async () => {
      throw new UserError('PUT manifest: DENIED (403)', { code: 'registry-denied' });
    };

    const { findings, runs } = await run(world, { pushReferrer: denied });

    expect(runs.map(({ verdict }) => verdict.reason)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(findings).toEqual([]);
    expect(world.lines.filter((line) => line.startsWith('records of runs stay here'))).toHaveLength(1);
  });

  it('that another failure keeps from being pushed is a warning', async () => {
    const world = fakeWorld(FILES);
    const broken = async () => {
      throw new UserError('PUT manifest: 503', { kind: 'unavailable' });
    };

    const { findings } = await run(world, { pushReferrer: broken });

    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(Array(3).fill('warning referrer'));
  });

  it('is pushed only where it is asked for', async () => {
    const world = fakeWorld(FILES);

    await run(world, {}, { record: false });

    expect(world.referrers.size).toBe(0);
  });
});
