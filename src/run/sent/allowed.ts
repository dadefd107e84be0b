import { UserError } from '../../errors.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Image, Repository } from '../../oci/types.ts';
import type { RunPlan } from '../types/plan.ts';

/** What the owner of a workflow allows to runs of others. */
export interface Allowed {
  /** Id that the run has to have; undefined: any. */
  readonly run: string | undefined;
  /** Repositories, of which one that ends in `/*` stands for all below. */
  readonly images: readonly string[];
  /** Names of secrets. */
  readonly secrets: readonly string[];
}

/** The plan that a workflow was given, before anybody is asked for it. */
export function allowedPlan(text: string, { images }: Pick<Allowed, 'images'>): Image {
  const { registry, path, digest } = parseReference(text);
  if (digest === undefined)
    throw refused(`the input \`plan\` is "${text}", which has no digest`, 'hand on what the workflow got');
  if (images.length === 0)
    throw refused(
      'the input `images` names no repository, so no image of others is run',
      'write those that are allowed, as in "images: ghcr.io/acme/*"',
    );
  if (images.some((one) => fits(one, { registry, path }))) return { registry, path, digest };
  throw refused(
    `the image of the run is in ${printReference({ registry, path })}, which the input \`images\` does not allow`,
    'let the owner of this workflow add it there',
  );
}

/** Each part of a path is one: `ghcr.io/acme/*` is nothing of `ghcr.io/acme-other`. */
function fits(allowed: string, repository: Repository): boolean {
  const name = `${repository.registry}/${repository.path}`;
  return allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed;
}

/** The run as this machine starts it: in its own engine, with nothing of it but what the owner allows. */
export function allowedRun(plan: RunPlan, { run, secrets }: Allowed): RunPlan {
  if (run !== undefined && run !== plan.id)
    throw refused(`the plan is of the run ${plan.id}, and the input \`run-id\` says ${run}`, undefined);
  const others = plan.secrets.filter((name) => !secrets.includes(name));
  if (others.length > 0)
    throw refused(
      `the run asks for secrets that the input \`secrets\` does not allow: ${others.join(', ')}`,
      'let the owner of this workflow add them there, with their values in "env:" of the step',
    );
  const { detached: _, ...started } = plan;
  return {
    ...started,
    backend: { name: 'docker', options: {} },
    // Whoever has sent the run fetches them from there.
    ...(plan.outputs.length === 0 && plan.metrics.length === 0 ? {} : { outputsTo: 'registry' }),
  };
}

function refused(message: string, hint: string | undefined): UserError {
  return new UserError(message, { code: 'plan', hint });
}
