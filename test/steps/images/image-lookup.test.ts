import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { ImagePlan, JobPlan } from '../../../src/plan/plan.ts';
import { EngineStore } from '../../../src/steps/images/engine-store.ts';
import { type ImageLookup, lookUpImages } from '../../../src/steps/images/image-lookup.ts';
import type { LookupResult } from '../../../src/tools/result.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { jobPlan } from '../../report/results.ts';
import { plannedWorld, REPOSITORY } from './plans.ts';

const IN_REGISTRY = { kind: 'registry', repository: REPOSITORY, auto: false } as const;

function planned(image: ImagePlan): JobPlan {
  return { ...jobPlan(), image };
}

function resultIn({ found }: ImageLookup): LookupResult | undefined {
  return found.get('train');
}

describe('a plan', () => {
  it('asks once for the environment of a job whose image is just that', async () => {
    const { world, environment, to } = await plannedWorld();
    const jobs = [planned({ kind: 'environment', environment })];

    const lookup = await lookUpImages({ destination: IN_REGISTRY, jobs }, world.tools);

    expect(resultIn(lookup)).toEqual({ environment: false, image: false });
    expect(world.asked).toEqual([`find ${to.tag}`]);
  });

  it('tells what is there in the local engine by its image ID', async () => {
    const { world, environment, to } = await plannedWorld();
    const { digest } = await new EngineStore({ noCache: false }, world.tools).build(environment.build, to);
    const jobs = [planned({ kind: 'environment', environment })];

    const lookup = await lookUpImages({ destination: { kind: 'engine' }, jobs }, world.tools);

    expect(resultIn(lookup)).toEqual({ environment: true, image: true, reference: digest });
  });

  it('takes what has no id for unknown, and asks nobody', async () => {
    const { world, environment } = await plannedWorld();
    const unresolved = { ...environment, id: undefined, tag: undefined };
    const jobs = [planned({ kind: 'environment', environment: unresolved })];

    const lookup = await lookUpImages({ destination: IN_REGISTRY, jobs }, world.tools);

    expect(resultIn(lookup)).toEqual({});
    expect(world.asked).toEqual([]);
  });

  it('goes on with a warning where the store cannot be asked, and takes nothing for missing', async () => {
    const { world, image } = await plannedWorld();
    const find = async (): Promise<never> => {
      throw new UserError('GET manifest: DENIED (403)', { code: 'registry-denied', hint: 'log in' });
    };
    const tools: Tools = { ...world.tools, registry: { ...world.tools.registry, find } };

    const lookup = await lookUpImages({ destination: IN_REGISTRY, jobs: [planned(image)] }, tools);

    expect(lookup.found.size).toBe(0);
    expect(lookup.findings).toMatchObject([
      { level: 'warning', hint: expect.stringMatching(/^log in; before the first push this may be normal/) },
    ]);
  });
});
