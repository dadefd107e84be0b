import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { Manifest } from '../../../src/oci/types.ts';
import type { JobFit } from '../../../src/steps/fit/fit-jobs.ts';
import { findingsOf } from '../../../src/steps/fit/fit-jobs.ts';
import { withSizes } from '../../../src/steps/fit/image-sizes.ts';
import type { Registry } from '../../../src/tools/registry.ts';
import { jobOf } from '../../recipe/support.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const layer = (size: number) => ({ mediaType: 'application/x', digest: digest('1'), size });
const MANIFEST = { layers: [layer(6e9), layer(3e9)] } as unknown as Manifest;

function registryWith(manifests: Awaited<ReturnType<Registry['indexManifests']>>) {
  const read: string[] = [];
  const registry: Pick<Registry, 'manifest' | 'indexManifests'> = {
    indexManifests: async () => manifests,
    async manifest(image) {
      read.push(image.digest);
      if (image.digest === digest('e')) throw new UserError('gone');
      return MANIFEST;
    },
  };
  return { read, registry: registry as Registry };
}

const jobFit = (free: number | undefined): JobFit => ({
  job: jobOf('run: x\ngpu: 1\n'),
  images: [{ platform: { os: 'linux', architecture: 'amd64' }, facts: {} }],
  targets: [
    { name: 'gpu-1', freeDisk: free === undefined ? undefined : { value: free, source: 'the disk of /' } },
  ],
  month: '2026-12',
  tables: undefined,
});

const made = (letter: string) =>
  new Map([['demo', { image: { registry: 'r.example.org', path: 'a/b', digest: digest(letter) } }]]);

async function told(free: number | undefined, letter = 'a', manifests?: Parameters<typeof registryWith>[0]) {
  const { read, registry } = registryWith(manifests);
  const fit = jobFit(free);
  const images = new Map([[fit.job.name, made(letter).get('demo') ?? {}]]);
  const findings = findingsOf(await withSizes([fit], images, { registry }));
  return { read, codes: findings.map(({ code }) => code).filter((code) => code === 'fit-disk') };
}

describe('the size of an image that was made', () => {
  it('is compared with the room of the machine', async () => {
    expect(await told(20e9)).toEqual({ read: [digest('a')], codes: ['fit-disk'] });
    expect(await told(30e9)).toEqual({ read: [digest('a')], codes: [] });
  });

  it('is that of the platform that the job is for', async () => {
    const one = (architecture: string, letter: string) => ({
      ...layer(1),
      digest: digest(letter),
      platform: { os: 'linux', architecture },
    });

    expect(await told(20e9, 'a', [one('arm64', 'b'), one('amd64', 'c')])).toEqual({
      read: [digest('c')],
      codes: ['fit-disk'],
    });
    expect(await told(20e9, 'a', [one('arm64', 'b')])).toEqual({ read: [], codes: [] });
  });

  it('is not asked for where nobody says how much room there is, and is unknown where it cannot be read', async () => {
    expect(await told(undefined)).toEqual({ read: [], codes: [] });
    expect(await told(20e9, 'e')).toEqual({ read: [digest('e')], codes: [] });
  });
});
