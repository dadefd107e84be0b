import { printReference } from '../../oci/reference.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { GithubPlace } from './place.ts';

/** What finds the run again by its name, before its workflow was started. */
export function intentOf(run: RunPlan, { name, site }: Pick<GithubPlace, 'name' | 'site'>): Handle {
  const image = imageName(run);
  return {
    backend: 'github',
    run: run.id,
    name: `jobimg-${run.id}`,
    hash: run.hash,
    native: { place: name, repository: site.repository, ...(image === undefined ? {} : { image }) },
  };
}

export function withId(intent: Handle, id: string): Handle {
  return { ...intent, native: { ...intent.native, id } };
}

/** The repository of its image, where plan, record and outputs stand; undefined: it is in no registry. */
export function imageName({ image }: RunPlan): string | undefined {
  if ('engineId' in image) return undefined;
  return printReference({ registry: image.registry, path: image.path });
}
