import { allOrErrors } from '../../all-or-errors.ts';
import { type Finding, UserError } from '../../errors.ts';
import { identityOf } from '../../plan/images/index-image.ts';
import type { Destination, Identity, ImagePlan, Plan } from '../../plan/plan.ts';
import type { LookupResult } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { EngineStore } from './engine-store.ts';
import { findImage, type ImageStore } from './image-store.ts';
import { READ_ONLY } from './push-right.ts';
import { RegistryStore } from './registry-store.ts';

export interface ImageLookup {
  /** By job name; a job about which nothing could be learned is not in it. */
  readonly found: ReadonlyMap<string, LookupResult>;
  readonly findings: readonly Finding[];
}

/** What of a plan is there already. A store that cannot be asked leaves it unknown, and the log says so. */
export async function lookUpImages({ destination, jobs }: Plan, tools: Tools): Promise<ImageLookup> {
  const store = storeOf(destination, tools);
  try {
    const results = jobs.map(async ({ job, image }) => [job.name, await lookUpImage(image, store)] as const);
    return { found: new Map(await allOrErrors(results)), findings: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { found: new Map(), findings: error.findings.map(unknown) };
  }
}

function storeOf(destination: Destination, tools: Tools): ImageStore {
  if (destination.kind === 'engine') return new EngineStore({ noCache: false }, tools);
  return new RegistryStore({ repository: destination.repository, right: READ_ONLY, noCache: false }, tools);
}

/** Only a push would tell a repository that is not there from one that may not be read. */
function unknown(finding: Finding): Finding {
  const hints = [finding.hint, finding.code === 'registry-denied' ? NOT_YET : undefined];
  const hint = hints.filter((one) => one !== undefined).join('; ');
  return { ...finding, level: 'warning', hint: hint === '' ? undefined : hint };
}

const NOT_YET =
  'before the first push this may be normal: some registries deny reading what does not exist yet';

async function lookUpImage(image: ImagePlan, store: ImageStore): Promise<LookupResult> {
  if (image.kind === 'given') return {};
  const [environment, own] = await Promise.all([
    lookUp(image.environment, store),
    lookUp(identityOf(image), store),
  ]);
  return { environment: environment.isThere, image: own.isThere, reference: own.reference };
}

interface IdentityLookup {
  /** undefined: nobody can know. */
  readonly isThere: boolean | undefined;
  readonly reference?: string;
}

async function lookUp(identity: Identity, store: ImageStore): Promise<IdentityLookup> {
  if (identity.id === undefined) return { isThere: undefined };
  const image = await findImage(identity, store);
  return image === undefined
    ? { isThere: false }
    : { isThere: true, reference: store.nameOf(image).reference };
}
