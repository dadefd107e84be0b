import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import type { Repository } from '../../../src/oci/types.ts';
import type { EnvironmentPlan, PlatformImagePlan } from '../../../src/plan/plan.ts';
import { identified, type KnownIdentity } from '../../../src/steps/images/image-identity.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

export const REPOSITORY: Repository = { registry: 'ghcr.io', path: 'acme/train' };

export interface PlannedWorld {
  readonly world: FakeWorld;
  readonly image: PlatformImagePlan;
  readonly environment: EnvironmentPlan;
  /** Of the environment. */
  readonly to: KnownIdentity;
}

/** A world in memory, and the plan of its one job; nothing was asked of it yet. */
export async function plannedWorld(image = ''): Promise<PlannedWorld> {
  const world = fakeWorld({
    'jobimg.yml': `run: python train.py\nimage: { requirements: requirements.txt${image} }\n`,
    'requirements.txt': 'six\n',
    'train.py': '1\n',
  });
  const registry = { kind: 'repository', text: `${REPOSITORY.registry}/${REPOSITORY.path}` } as const;
  const inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry, until: 'plan', check: true } as const;
  const { plan } = await main(inputs, world.tools);
  world.asked.length = 0;
  const [job] = plan.jobs;
  if (job === undefined || job.image.kind === 'given' || job.image.kind === 'index')
    throw new Error('one image for one platform was expected');
  const { environment } = job.image;
  return { world, image: job.image, environment, to: identified(environment) };
}
