import { freeSpaceHint } from '../../../disk/free-space.ts';
import type { LaunchFailure } from '../../../run/reason.ts';

interface Sign {
  readonly pattern: RegExp;
  readonly failure: Omit<LaunchFailure, 'detail'>;
}

const GPU_HINT =
  "install the NVIDIA container toolkit on the engine's machine (nvidia-ctk runtime configure --runtime=docker, or nvidia-ctk cdi generate), and restart Docker";
const ACCESS_HINT =
  'give a login that may read it in "registry-auth", or log in with docker before this step';

/** What Docker, containerd and runc say when a container does not come to life, most telling first. */
const SIGNS: readonly Sign[] = [
  {
    pattern:
      /could not select device driver|CDI device injection failed|unresolvable CDI devices|nvidia-container-(?:cli|runtime)|unknown or invalid runtime name/i,
    failure: { reason: 'node-error', hint: GPU_HINT },
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    failure: {
      reason: 'node-error',
      hint: freeSpaceHint(undefined),
    },
  },
  {
    pattern:
      /exec format error|does not provide the specified platform|no matching manifest|no match for platform/i,
    failure: {
      reason: 'node-error',
      hint: 'the image is for another architecture: see "platforms" in the spec and the engine\'s machine',
    },
  },
  {
    pattern: /exec: .*permission denied|permission denied: unknown/is,
    failure: {
      reason: 'failed',
      exitCode: 126,
      hint: 'make the file executable: git update-index --chmod=+x <file>',
    },
  },
  {
    pattern: /toomanyrequests|too many requests|rate limit/i,
    failure: { reason: 'image-pull', hint: 'log in to the registry, or use a mirror of it' },
  },
  {
    pattern:
      /unauthorized|authentication required|authorization failed|no basic auth credentials|access (?:to the resource is )?denied|denied:|403 Forbidden|401 Unauthorized|insufficient_scope/i,
    failure: { reason: 'image-pull', hint: ACCESS_HINT },
  },
  {
    pattern:
      /manifest unknown|failed to resolve reference.*not found|repository .* not found|No such image|name unknown/is,
    failure: { reason: 'image-pull', hint: 'check that it was pushed, and has not been removed since' },
  },
  {
    pattern:
      /exec: .*(?:executable file not found|no such file or directory)|stat .*: no such file or directory/is,
    failure: {
      reason: 'failed',
      exitCode: 127,
      hint: 'the command must be in the image: check PATH, and the first line (#!) of a script',
    },
  },
  {
    pattern: /unable to find user|no matching entries in passwd file/i,
    failure: {
      reason: 'failed',
      exitCode: 126,
      hint: 'the user of the image is not in its /etc/passwd: give a number',
    },
  },
  {
    pattern:
      /network .* not found|failed to set up container networking|adding interface .* failed|failed to create endpoint/is,
    failure: {
      reason: 'node-error',
      hint: 'restart Docker, or set the network to host: backend: { docker: { network: host } }',
    },
  },
];

/** Why a container did not start, from what the engine said. */
export function launchFailure(message: string): LaunchFailure {
  const sign = SIGNS.find(({ pattern }) => pattern.test(message));
  return { reason: 'node-error', ...sign?.failure, detail: reasonIn(message) };
}

/** Whether a start failed for want of a GPU. */
export function isGpuFailure(message: string): boolean {
  return SIGNS[0]?.pattern.test(message) === true;
}

/** The engine's own words of an error of it. */
export function reasonIn(message: string): string {
  return message
    .replace(/^the Docker engine answered \d+: /, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 1_000);
}
