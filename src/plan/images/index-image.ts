import { printPlatform } from '../../oci/platform.ts';
import { idInputs, idOfInputs, shortId } from '../id-inputs.ts';
import { carryPlatforms } from '../inputs-annotation.ts';
import type { EnvironmentPlan, Identity, IndexPlan, PlatformImagePlan, PlatformPlan } from '../plan.ts';

/** The index over images of one job; what it is made from are their ids. */
export function planIndex(job: string, platforms: readonly PlatformPlan[]): IndexPlan {
  const environment = identify('env', platforms, (image) => image.environment);
  const hasCode = platforms.some(({ image }) => image.kind !== 'environment');
  return {
    kind: 'index',
    environment,
    platforms,
    ...(hasCode ? identify(job, platforms, identityOf) : environment),
  };
}

export function identityOf(image: PlatformImagePlan | IndexPlan): Identity {
  return image.kind === 'environment' ? image.environment : image;
}

/** The images that are made, one for each platform. */
export function imagePlans(image: PlatformImagePlan | IndexPlan): readonly PlatformImagePlan[] {
  return image.kind === 'index' ? image.platforms.map((one) => one.image) : [image];
}

/** Of the first platform, where one has to stand for all of them. */
export function firstEnvironment(image: PlatformImagePlan | IndexPlan): EnvironmentPlan {
  const [first] = imagePlans(image);
  if (first === undefined) throw new Error('an index has images');
  return first.environment;
}

function identify(
  name: string,
  platforms: readonly PlatformPlan[],
  of: (image: PlatformImagePlan) => Identity,
): Identity {
  const identities = platforms.map(({ platform, image }) => [printPlatform(platform), of(image)] as const);
  const carried = carryPlatforms(new Map(identities.map(([platform, one]) => [platform, one.carried])));
  const inputs = idInputs(Object.fromEntries(identities.map(([platform, { id }]) => [platform, id])));
  const isKnown = identities.every(([, { id }]) => id !== undefined);
  if (!isKnown) return { id: undefined, tag: undefined, inputs, carried };
  const id = idOfInputs(inputs);
  return { id, tag: `${name}-${shortId(id)}`, inputs, carried };
}
