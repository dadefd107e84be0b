import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { type AppendOptions, appendLayers } from '../../src/oci/append.ts';
import { sha256 } from '../../src/oci/digest.ts';
import type { Parent } from '../../src/oci/image.ts';
import {
  type Blob,
  type Digest,
  type ImageConfig,
  type Layer,
  type Manifest,
  MEDIA_TYPE,
} from '../../src/oci/types.ts';

const D = (name: string): Digest => sha256(name);
const LAYER: Layer = {
  mediaType: MEDIA_TYPE.layerGzip,
  digest: D('layer'),
  diffId: D('tar'),
  size: 7,
  async *open() {
    yield Buffer.from('layer');
  },
};
const OPTIONS: AppendOptions = {
  labels: new Map([['org.opencontainers.image.base.name', 'python:3.13']]),
  annotations: new Map([
    ['dev.jobimg.id', D('id')],
    ['dev.jobimg.environment', D('environment')],
  ]),
  epoch: 315532800,
  createdBy: (layer) => `jobimg code /workspace${'+'.repeat(layer)}`,
};
const CONFIG = {
  architecture: 'amd64',
  os: 'linux',
  created: '2026-01-01T00:00:00Z',
  config: { User: 'job', Env: ['PATH=/bin'], Labels: { b: '1', a: '2' }, Healthcheck: { Test: ['NONE'] } },
  rootfs: { type: 'layers', diff_ids: [D('tar 1'), D('tar 2')] },
  history: [{ created_by: 'FROM' }, { created_by: 'ENV', empty_layer: true }, { created_by: 'RUN' }],
  'os.features': ['x'],
} as unknown as ImageConfig;
const MANIFEST: Manifest = {
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.manifest,
  config: { mediaType: MEDIA_TYPE.config, digest: D('config'), size: 10 },
  layers: [
    {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      digest: D('layer 1'),
      size: 1,
      annotations: { z: '1', a: '2' },
    },
    { mediaType: MEDIA_TYPE.layerGzip, digest: D('layer 2'), size: 2 },
  ],
  annotations: { 'dev.jobimg.id': D('of the environment') },
};

function parent(change: Partial<Parent> = {}): Parent {
  const image = { registry: 'ghcr.io', path: 'acme/train', digest: D('parent') };
  return { image, manifest: MANIFEST, config: CONFIG, ...change };
}

async function textOf(blob: Blob | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob?.open() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('appendLayers', () => {
  it('adds the layer to the config and keeps everything else of it', async () => {
    const { blobs } = appendLayers(parent(), [LAYER], OPTIONS);

    expect(JSON.parse(await textOf(blobs[1]))).toEqual({
      ...CONFIG,
      created: '1980-01-01T00:00:00Z',
      config: {
        ...CONFIG.config,
        Labels: { a: '2', b: '1', 'org.opencontainers.image.base.name': 'python:3.13' },
      },
      rootfs: { type: 'layers', diff_ids: [D('tar 1'), D('tar 2'), D('tar')] },
      history: [
        ...(CONFIG.history ?? []),
        { created: '1980-01-01T00:00:00Z', created_by: 'jobimg code /workspace' },
      ],
    });
  });

  it('puts layers on each other in their order, each with its line of the history', async () => {
    const other = { ...LAYER, digest: D('other layer'), diffId: D('other tar') };

    const { blobs, manifest } = appendLayers(parent(), [LAYER, other], OPTIONS);

    expect(blobs.slice(0, 2)).toEqual([LAYER, other]);
    const digests = JSON.parse(Buffer.from(manifest).toString('utf8')).layers.map(
      ({ digest }: Blob) => digest,
    );
    expect(digests.slice(2)).toEqual([LAYER.digest, other.digest]);
    expect(JSON.parse(await textOf(blobs[2]))).toMatchObject({
      rootfs: { diff_ids: [D('tar 1'), D('tar 2'), D('tar'), D('other tar')] },
      history: [
        ...(CONFIG.history ?? []),
        { created_by: 'jobimg code /workspace' },
        { created_by: 'jobimg code /workspace+' },
      ],
    });
  });

  it('writes a manifest of its config, all layers and its own annotations', async () => {
    const { blobs, manifest, mediaType } = appendLayers(parent(), [LAYER], OPTIONS);
    const config = await textOf(blobs[1]);

    expect(mediaType).toBe(MEDIA_TYPE.manifest);
    expect(JSON.parse(Buffer.from(manifest).toString('utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.manifest,
      config: { mediaType: MEDIA_TYPE.config, digest: sha256(config), size: Buffer.byteLength(config) },
      layers: [...MANIFEST.layers, { mediaType: LAYER.mediaType, digest: LAYER.digest, size: LAYER.size }],
      annotations: Object.fromEntries(OPTIONS.annotations),
    });
  });

  it('is an OCI manifest over a Docker parent too, with its layers as they are', () => {
    const layers = [1, 2].map((size) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      digest: D(`${size}`),
      size,
    }));
    const docker: Manifest = { ...MANIFEST, mediaType: MEDIA_TYPE.dockerManifest, layers };

    const manifest = JSON.parse(
      Buffer.from(appendLayers(parent({ manifest: docker }), [LAYER], OPTIONS).manifest).toString('utf8'),
    );

    expect(manifest).toMatchObject({
      mediaType: MEDIA_TYPE.manifest,
      config: { mediaType: MEDIA_TYPE.config },
    });
    expect(manifest.layers.slice(0, 2)).toEqual(layers);
  });

  it('starts no history that its parent does not have', async () => {
    const { history: _, ...config } = CONFIG;

    const { blobs } = appendLayers(parent({ config }), [LAYER], OPTIONS);

    expect(JSON.parse(await textOf(blobs[1]))).not.toHaveProperty('history');
  });

  it('refuses a parent whose manifest and config disagree', () => {
    const manifest = { ...MANIFEST, layers: MANIFEST.layers.slice(1) };

    expect(() => appendLayers(parent({ manifest }), [LAYER], OPTIONS)).toThrow(UserError);
    expect(() => appendLayers(parent({ manifest }), [LAYER], OPTIONS)).toThrow(
      expect.objectContaining({
        message: `the image "ghcr.io/acme/train@${D('parent')}" has 1 layers in its manifest and 2 in its config`,
        findings: [expect.objectContaining({ code: 'broken-image', hint: 'build and push it again' })],
      }),
    );
  });

  it('has the history of its layer alone over a parent that has neither layers nor history', async () => {
    const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } } as const;
    const empty = { config, manifest: { ...MANIFEST, layers: [] } };

    const { blobs } = appendLayers(parent(empty), [LAYER], { ...OPTIONS, labels: new Map() });

    expect(JSON.parse(await textOf(blobs[1]))).toEqual({
      ...config,
      created: '1980-01-01T00:00:00Z',
      config: {},
      rootfs: { type: 'layers', diff_ids: [D('tar')] },
      history: [{ created: '1980-01-01T00:00:00Z', created_by: 'jobimg code /workspace' }],
    });
  });

  it('has no annotations where none are given', () => {
    const { manifest } = appendLayers(parent(), [LAYER], { ...OPTIONS, annotations: new Map() });

    expect(JSON.parse(Buffer.from(manifest).toString('utf8'))).not.toHaveProperty('annotations');
  });

  it('gives its blobs to be pushed: the layer as it came, and a config of OCI whose bytes are its digest', async () => {
    const { blobs } = appendLayers(parent(), [LAYER], OPTIONS);
    const config = await textOf(blobs[1]);

    expect(blobs[0]).toBe(LAYER);
    expect(blobs[1]).toMatchObject({
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(config),
      size: Buffer.byteLength(config),
    });
  });

  it('gives the same bytes whatever the order of what it is given', () => {
    const reversed = <T>(map: ReadonlyMap<string, T>) => new Map([...map].reverse());
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key });

    fc.assert(
      fc.property(entries, entries, (labels, annotations) => {
        const options = { ...OPTIONS, labels: new Map(labels), annotations: new Map(annotations) };
        const config = Object.fromEntries(Object.entries(CONFIG).reverse()) as unknown as ImageConfig;

        const one = appendLayers(parent(), [LAYER], options);
        const other = appendLayers(parent({ config }), [LAYER], {
          ...options,
          labels: reversed(options.labels),
          annotations: reversed(options.annotations),
        });

        expect(other.manifest).toEqual(one.manifest);
      }),
    );
  });
});
