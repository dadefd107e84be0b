import type { LaunchFailure } from '../../../../run/reason.ts';

/** What the kubelet says of an image that does not come: https://kubernetes.io/docs/concepts/containers/images/ */
const PULLS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const REFUSED =
  /not found|manifest unknown|unauthorized|denied|forbidden|no basic auth|insufficient_scope|no match for platform|no matching manifest/i;
const ACCESS = /unauthorized|denied|forbidden|no basic auth|insufficient_scope|authentication required/i;

/** Milliseconds after which the kubelet has asked again, with the login that is made right after the Job. */
const LOGIN_PATIENCE = 25_000;

/** Whether the registry has answered, so that asking again is of no use; `failing`: milliseconds since it did first. */
export function isRefusedImage(reason: string, message: string, failing: number): boolean {
  if (ACCESS.test(message) && failing < LOGIN_PATIENCE) return false;
  return reason === 'InvalidImageName' || reason === 'ErrImageNeverPull' || REFUSED.test(message);
}

/** undefined: it is not about the image. */
export function imageFailure(reason: string, message: string, image: string): LaunchFailure | undefined {
  if (!PULLS.has(reason)) return undefined;
  const detail = `the image ${image} cannot be pulled: ${message || reason}`;
  if (/no match for platform|no matching manifest/i.test(message))
    return {
      reason: 'node-error',
      detail,
      hint: 'the image is for another architecture: see "platforms" in the spec, and choose nodes with "node-selector"',
    };
  return { reason: 'image-pull', detail, hint: hintFor(message) };
}

function hintFor(message: string): string {
  if (ACCESS.test(message))
    return 'give the action a login that may read it, or name a Secret of the namespace with "pull-secret"';
  if (/toomanyrequests|rate limit/i.test(message)) return 'log in to the registry, or use a mirror of it';
  if (/not found|manifest unknown/i.test(message))
    return 'see whether the registry still has it, and whether the cluster reaches the same one';
  return 'see whether the nodes of the cluster reach the registry';
}
