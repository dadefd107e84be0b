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
/** What the kubelet says without asking a registry: it says the same again. */
const FINAL = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const REFUSED =
  /not found|manifest unknown|name unknown|does not exist|unauthorized|denied|forbidden|no basic auth|insufficient_scope|invalid reference|no match for platform|no matching manifest/i;
/** What passes, also where the words of a refusal stand beside it. */
const PASSES =
  /toomanyrequests|too many requests|rate limit|time[d-]? ?out|deadline exceeded|connection re(?:set|fused)|no such host|temporary failure|\bEOF\b|\b50[0234]\b/i;
const ACCESS = /unauthorized|denied|forbidden|no basic auth|insufficient_scope|authentication required/i;

/** Whether a reason of a waiting container is about its image. */
export function isPullFailure(reason: string): boolean {
  return PULLS.has(reason);
}

export function isFinal(reason: string): boolean {
  return FINAL.has(reason);
}

/** Whether a registry has answered, and not only failed to. */
export function isDefinite(message: string): boolean {
  return REFUSED.test(message) && !PASSES.test(message);
}

export function imageFailure(reason: string, message: string, image: string): LaunchFailure {
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
