import { describe, expect, it } from '@jest/globals';
import type { BuilderContainer } from '../../../../src/build/builder/own/container.ts';
import { decide, releaseOf } from '../../../../src/build/builder/own/decision.ts';

const IMAGE = 'docker.io/moby/buildkit:v0.32.2';
const WANTED = { image: IMAGE, settings: 'aaaa' };

function container(more: Partial<BuilderContainer> = {}): BuilderContainer {
  const made = { image: IMAGE, settings: 'aaaa' };
  return { id: 'c1', state: 'running', made, busy: false, imageId: 'sha256:1', ...more };
}

function madeWith(image: string, more: Partial<BuilderContainer> = {}): BuilderContainer {
  return container({ made: { image, settings: 'aaaa' }, ...more });
}

describe('what is done about a builder before it is used', () => {
  it.each([
    ['there is none', undefined, 'make'],
    ['it is as wanted', container(), 'reuse'],
    ['it is as wanted, and stopped', container({ state: 'exited' }), 'reuse'],
    ['it is as wanted, and building', container({ busy: true }), 'reuse'],
    ['the same release came from a mirror', madeWith('mirror.example.com/moby/buildkit:v0.32.2'), 'reuse'],
    ['the same release is pinned by digest', madeWith(`${IMAGE}@sha256:${'a'.repeat(64)}`), 'reuse'],
    ['it is older', madeWith('docker.io/moby/buildkit:v0.9.3'), 'replace'],
    ['it is older, and building', madeWith('docker.io/moby/buildkit:v0.9.3', { busy: true }), 'reuse'],
    ['it is newer', madeWith('docker.io/moby/buildkit:v0.100.0'), 'reuse'],
    ['its release is unknown', madeWith('example.com/my-buildkit:latest'), 'replace'],
    ['it was never started', container({ state: 'created' }), 'replace'],
    ['its settings are others', container({ made: { image: IMAGE, settings: 'bbbb' } }), 'replace'],
    [
      'its settings are others, and it is building',
      container({ made: { image: IMAGE, settings: 'bbbb' }, busy: true }),
      'refuse',
    ],
    ['somebody else made it', container({ made: undefined }), 'refuse'],
  ] as const)('%s: %3$s', (_, there, kind) => {
    expect(decide(there, WANTED).kind).toBe(kind);
  });

  it('says with which release it goes on', () => {
    const older = madeWith('docker.io/moby/buildkit:v0.9.3', { busy: true });

    expect(decide(older, WANTED)).toEqual({ kind: 'reuse', why: 'it was created with v0.9.3' });
  });
});

describe('the release in the name of an image', () => {
  it.each([
    [IMAGE, 'v0.32.2'],
    [`127.0.0.1:5000/moby/buildkit:v0.32.2@sha256:${'a'.repeat(64)}`, 'v0.32.2'],
    ['moby/buildkit:buildx-stable-1', undefined],
    ['moby/buildkit', undefined],
  ])('of %s is %s', (image, release) => {
    expect(releaseOf(image)).toBe(release);
  });
});
