import type { Artifact } from '../oci/referrer.ts';
import type { Digest, Image } from '../oci/types.ts';
import { builderId, commitResource, type EvidenceCaller, invocationOf } from './caller.ts';
import { baseResources, imageResource } from './materials.ts';
import { statementAbout } from './statement.ts';

export const SLSA_PROVENANCE = 'https://slsa.dev/provenance/v1';
const BUILD_TYPE = 'https://jobimg.dev/build/v1';

export interface BuiltFrom {
  readonly job: string;
  /** What the image was made from. */
  readonly id: Digest;
  /** The environment that it stands on; undefined: it is one itself. */
  readonly environment: Image | undefined;
  /** Inputs as the image and its environment carry them. */
  readonly carried: readonly (string | undefined)[];
}

/** https://slsa.dev/spec/v1.0/provenance of an image that was made here. */
export function provenanceOf(image: Image, from: BuiltFrom, caller: EvidenceCaller): Artifact {
  const { job, id, environment, carried } = from;
  const commit = commitResource(caller);
  const invocationId = invocationOf(caller);
  const predicate = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { job },
      internalParameters: { id },
      resolvedDependencies: [
        ...(commit === undefined ? [] : [commit]),
        ...baseResources(carried),
        ...(environment === undefined
          ? []
          : [imageResource(`${environment.registry}/${environment.path}`, environment.digest)]),
      ],
    },
    runDetails: {
      builder: { id: builderId(caller), version: { jobimg: caller.version } },
      metadata: invocationId === undefined ? {} : { invocationId },
    },
  };
  const description = `how ${job} was built, by jobimg ${caller.version}`;
  return statementAbout(image, { predicateType: SLSA_PROVENANCE, predicate, description });
}
