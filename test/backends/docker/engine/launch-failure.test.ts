import { describe, expect, it } from '@jest/globals';
import { isGpuFailure, launchFailure } from '../../../../src/backends/docker/engine/launch-failure.ts';

describe('what an engine says when a container does not start', () => {
  it.each([
    ['could not select device driver "" with capabilities: [[gpu]]', 'node-error', undefined],
    ['CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all', 'node-error', undefined],
    [
      'failed to resolve reference "ghcr.io/a/b@sha256:aa": ghcr.io/a/b@sha256:aa: not found',
      'image-pull',
      undefined,
    ],
    ['manifest unknown: manifest unknown', 'image-pull', undefined],
    [
      'pull access denied for a/b, repository does not exist or may require authorization',
      'image-pull',
      undefined,
    ],
    ['unexpected status from HEAD request: 401 Unauthorized', 'image-pull', undefined],
    ['toomanyrequests: You have reached your pull rate limit', 'image-pull', undefined],
    ['write /var/lib/docker/tmp/x: no space left on device', 'node-error', undefined],
    [
      'image with reference x was found but does not provide the specified platform (linux/amd64)',
      'node-error',
      undefined,
    ],
    [
      'failed to create task for container: exec: "nosuch": executable file not found in $PATH: unknown',
      'failed',
      127,
    ],
    ['exec: "./train.py": stat ./train.py: no such file or directory: unknown', 'failed', 127],
    ['exec: "/etc/passwd": permission denied: unknown', 'failed', 126],
    ['unable to find user job: no matching entries in passwd file', 'failed', 126],
    ['adding interface veth1 to bridge docker0 failed: Device does not exist', 'node-error', undefined],
    ['something nobody has seen', 'node-error', undefined],
  ])('is told apart: %s', (message, reason, exitCode) => {
    const failure = launchFailure(`the Docker engine answered 500: ${message}`);

    expect([failure.reason, failure.exitCode, failure.detail]).toEqual([reason, exitCode, message]);
  });

  it('is about a GPU or not', () => {
    expect(isGpuFailure('could not select device driver "" with capabilities: [[gpu]]')).toBe(true);
    expect(isGpuFailure('no space left on device')).toBe(false);
  });
});
