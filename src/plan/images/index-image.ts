import { printPlatform } from '../../oci/platform.ts';
import { idInputs, idOfInputs, shortId } from '../id-inputs.ts';
import { carryParts } from '../inputs-annotation.ts';
import type { EnvironmentPlan, Identity, IndexPart, IndexPlan, PlatformImagePlan } from '../plan.ts';

/** The index over images of one job; what it is made from are their ids. */
export function planIndex(job: string, parts: readonly IndexPart[]): IndexPlan {
  const environment = identify('env', parts, (image) => image.environment);
  const hasCode = parts.some(({ image }) => image.kind !== 'environment');
  return { kind: 'index', environment, parts, ...(hasCode ? identify(job, parts, identityOf) : environment) };
}

export function identityOf(image: PlatformImagePlan | IndexPlan): Identity {
  return image.kind === 'environment' ? image.environment : image;
}

/** The images that are made, one for each platform. */
export function partsOf(image: PlatformImagePlan | IndexPlan): readonly PlatformImagePlan[] {
  return image.kind === 'index' ? image.parts.map((part) => part.image) : [image];
}

/** Of the first platform, where one has to stand for all of them. */
export function firstEnvironment(image: PlatformImagePlan | IndexPlan): EnvironmentPlan {
  const [first] = partsOf(image);
  if (first === undefined) throw new Error('an index has parts');
  return first.environment;
}

function identify(
  name: string,
  parts: readonly IndexPart[],
  of: (image: PlatformImagePlan) => Identity,
): Identity {
  const identities = parts.map(({ platform, image }) => [printPlatform(platform), of(image)] as const);
  const carried = carryParts(new Map(identities.map(([platform, one]) => [platform, one.carried])));
  const inputs = idInputs(Object.fromEntries(identities.map(([platform, { id }]) => [platform, id])));
  const isKnown = identities.every(([, { id }]) => id !== undefined);
  if (!isKnown) return { id: undefined, tag: undefined, inputs, carried };
  const id = idOfInputs(inputs);
  return { id, tag: `${name}-${shortId(id)}`, inputs, carried };
}
