import type { Artifact } from '../oci/referrer.ts';
import type { Image } from '../oci/types.ts';
import { builderId, commitResource, type EvidenceCaller, invocationOf } from './caller.ts';
import { baseResources } from './materials.ts';
import { statementAbout } from './statement.ts';

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
const PREDICATE = 'https://in-toto.io/attestation/test-result/v0.1';

/** That somebody has built the image again and got the same bytes. */
export function rebuiltStatement(
  image: Image,
  carried: readonly (string | undefined)[],
  caller: EvidenceCaller,
): Artifact {
  const commit = commitResource(caller);
  const url = invocationOf(caller);
  const predicate = {
    result: 'PASSED',
    configuration: [...(commit === undefined ? [] : [commit]), ...baseResources(carried)],
    url,
    passedTests: ['rebuilt bit for bit'],
  };
  return statementAbout(image, { predicateType: PREDICATE, predicate, description: rebuiltBy(caller) });
}

/** `rebuilt bit for bit by jobimg 1.2.3 in https://…` */
export function rebuiltBy(caller: EvidenceCaller): string {
  const where = invocationOf(caller) ?? builderId(caller);
  return `rebuilt bit for bit by jobimg ${caller.version} in ${where}`;
}
