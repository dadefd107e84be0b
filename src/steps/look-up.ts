import { type Finding, UserError } from '../errors.ts';
import { printReference } from '../oci/reference.ts';
import type { Repository } from '../oci/types.ts';
import { identityOf } from '../plan/index-image.ts';
import type { ImagePlan, Plan } from '../plan/plan.ts';
import type { Standing } from '../result.ts';
import type { Tools } from '../tools.ts';
import { everyAnswer } from './every-answer.ts';

export interface LookedUp {
  /** By job name; a job about which nothing could be learned is not in it. */
  readonly standing: ReadonlyMap<string, Standing>;
  readonly findings: readonly Finding[];
}

/** What of a plan is there already. A store that cannot be asked leaves it unknown, and the log says so. */
export async function lookUp(
  { destination, jobs }: Plan,
  tools: Pick<Tools, 'registry' | 'engine'>,
): Promise<LookedUp> {
  const find = destination.kind === 'registry' ? inRegistry(destination.repository, tools) : inEngine(tools);
  try {
    const standings = jobs.map(async ({ job, image }) => [job.name, await standingOf(image, find)] as const);
    return { standing: new Map(await everyAnswer(standings)), findings: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { standing: new Map(), findings: error.findings.map(unknown) };
  }
}

/** Only a push would tell a repository that is not there from one that may not be read. */
function unknown(finding: Finding): Finding {
  const hints = [finding.hint, finding.code === 'registry-denied' ? NOT_YET : undefined];
  const hint = hints.filter((one) => one !== undefined).join('; ');
  return { ...finding, level: 'warning', hint: hint === '' ? undefined : hint };
}

const NOT_YET =
  'before the first push this may be normal: some registries deny reading what does not exist yet';

/** The reference of the image under a tag when its id is the one asked for. */
type Find = (image: { readonly id: string; readonly tag: string }) => Promise<string | undefined>;

async function standingOf(image: ImagePlan, find: Find): Promise<Standing> {
  if (image.kind === 'given') return {};
  const [environment, reference] = await Promise.all([
    look(image.environment, find),
    look(identityOf(image), find),
  ]);
  return {
    environment: environment === undefined ? undefined : environment.reference !== undefined,
    image: reference === undefined ? undefined : reference.reference !== undefined,
    reference: reference?.reference,
  };
}

interface Asked {
  readonly id: string | undefined;
  readonly tag: string | undefined;
}

async function look(
  { id, tag }: Asked,
  find: Find,
): Promise<{ readonly reference: string | undefined } | undefined> {
  if (id === undefined || tag === undefined) return undefined;
  return { reference: await find({ id, tag }) };
}

function inRegistry(repository: Repository, { registry }: Pick<Tools, 'registry'>): Find {
  return async ({ id, tag }) => {
    const found = await registry.find({ ...repository, tag });
    return found?.id === id ? printReference({ ...repository, digest: found.digest }) : undefined;
  };
}

function inEngine({ engine }: Pick<Tools, 'engine'>): Find {
  return async ({ id, tag }) => {
    const found = await engine.find(tag);
    return found?.id === id ? found.engineId : undefined;
  };
}
