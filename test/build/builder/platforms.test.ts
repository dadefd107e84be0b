import { describe, expect, it } from '@jest/globals';
import { missingPlatforms, readPlatforms } from '../../../src/build/builder/platforms.ts';
import { printPlatform } from '../../../src/oci/platform.ts';

/** As buildx 0.29 prints it. */
const INSPECTED = `Name:          builder
Driver:        docker-container
Last Activity: 2026-01-01 00:00:00 +0000 UTC

Nodes:
Name:                  builder0
Endpoint:              unix:///var/run/docker.sock
Status:                running
BuildKit version:      v0.27.1
Platforms:             linux/amd64*, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.executor: oci

Name:                  builder1
Endpoint:              ssh://arm.example.com
Platforms:             linux/arm64, linux/arm/v7
`;

const ARM64 = { os: 'linux', architecture: 'arm64' };
const S390X = { os: 'linux', architecture: 's390x' };

describe('the platforms of a builder', () => {
  it('are those of all its nodes', () => {
    expect(readPlatforms(INSPECTED)?.map(printPlatform)).toEqual([
      'linux/amd64',
      'linux/amd64/v2',
      'linux/386',
      'linux/arm64',
      'linux/arm/v7',
    ]);
  });

  it('are unknown where buildx names none', () => {
    expect(readPlatforms('Name: builder\nStatus: inactive\nPlatforms:\n')).toBeUndefined();
  });

  it('are compared with those that are asked for; what is missing is told with all there are', () => {
    const there = readPlatforms(INSPECTED) ?? [];

    expect(missingPlatforms([ARM64], there)).toBeUndefined();
    expect(missingPlatforms([ARM64, S390X], there)?.findings).toMatchObject([
      {
        code: 'builder-platform',
        message:
          'the builder cannot run programs for linux/s390x, which the build needs; it can run linux/amd64, linux/amd64/v2, linux/386, linux/arm64, linux/arm/v7',
        hint: expect.stringContaining('docker/setup-qemu-action'),
      },
    ]);
  });
});
