import { describe, expect, it } from '@jest/globals';
import { createError } from '../../../../src/build/builder/own/create-failure.ts';

const IMAGE = 'docker.io/moby/buildkit:v0.32.2';

describe('the error of a builder that could not be made', () => {
  it.each([
    [
      'ERROR: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      /its image .* cannot be pulled: Error response from daemon: Get/,
      /mirrors: \{ docker\.io: .*containerd-snapshotter.*input "builder"/,
    ],
    [
      'ERROR: Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.',
      /its image .* cannot be pulled/,
      /mirrors:/,
    ],
    [
      'ERROR: Error response from daemon: manifest for moby/buildkit:v0.32.2 not found: manifest unknown: manifest unknown',
      /its image .* cannot be pulled/,
      /mirrors:/,
    ],
    [
      'ERROR: Error response from daemon: privileged mode is incompatible with user namespaces',
      /it needs a privileged container, which this engine does not start/,
      /^switch the engine .*input "builder"/,
    ],
    [
      'ERROR: Error response from daemon: authorization denied by plugin authz-broker: privileged',
      /it needs a privileged container/,
      /^switch the engine/,
    ],
    [
      "docker: 'buildx' is not a docker command.",
      /this buildx is missing or too old/,
      /install buildx 0\.13/,
    ],
    ['unknown flag: --buildkitd-config', /this buildx is missing or too old/, /install buildx 0\.13/],
    ['ERROR: something nobody has seen', /docker buildx create failed: something nobody has seen/, /^switch/],
    ['', /docker buildx create failed$/, /^switch/],
  ])('of %j says which ways are open', (said, message, hint) => {
    const { kind, findings } = createError(said, IMAGE);

    expect(kind).toBe('unavailable');
    expect(findings[0]).toMatchObject({
      code: 'builder-not-made',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
