import { UserError } from '../../../errors.ts';
import { classify } from '../../failure/failure.ts';
import type { FailureKind } from '../../failure/kind.ts';

/** The ways that are open to an engine whose images cannot be pushed from its classic store. */
const OTHER_WAYS =
  'or switch the engine to the containerd image store: {"features": {"containerd-snapshotter": true}} in /etc/docker/daemon.json, and restart Docker; or name an existing builder with the input "builder" (--builder) or JOBIMG_BUILDER';

const PRIVILEGED =
  /privileged (?:mode|containers?) (?:is|are) (?:incompatible|not allowed|disabled)|authorization denied by plugin|operation not permitted/i;
const LIMITED = /toomanyrequests|too many requests|pull rate limit/i;

const PULL_KINDS: ReadonlySet<FailureKind> = new Set(['network', 'certificate', 'denied', 'not-found']);

/** The error of a builder that could not be made, from what `docker buildx create` said. */
export function createError(said: string, image: string): UserError {
  const { kind } = classify({ text: said, code: 1, aborted: false, stepStarted: false });
  const last = lastError(said);
  if (kind === 'no-buildx' || kind === 'old-buildx') {
    return failed('this buildx is missing or too old', `install buildx 0.13 or newer, ${OTHER_WAYS}`, last);
  }
  if (PRIVILEGED.test(said)) {
    return failed(
      'it needs a privileged container, which this engine does not start',
      OTHER_WAYS.slice(3),
      last,
    );
  }
  if (LIMITED.test(said) || PULL_KINDS.has(kind)) {
    const hint = `let the engine pull it, from a mirror if necessary: mirrors: { docker.io: mirror.example.com/hub } in the defaults file; ${OTHER_WAYS}`;
    return failed(`its image ${image} cannot be pulled`, hint, last);
  }
  return failed('docker buildx create failed', OTHER_WAYS.slice(3), last);
}

function failed(why: string, hint: string, said: string): UserError {
  const message = `this Docker engine cannot push images reproducibly, and no builder could be created next to it: ${why}`;
  return new UserError(said === '' ? message : `${message}: ${said}`, {
    kind: 'unavailable',
    code: 'builder-not-made',
    hint,
  });
}

function lastError(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const line = lines.findLast((one) => /^error:/i.test(one)) ?? lines.findLast((one) => one !== '') ?? '';
  return line.replace(/^error:\s*/i, '');
}
