import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import { type Descriptor, type ImageConfig, MEDIA_TYPE } from '../../src/oci/types.ts';
import { compareImages, createdBy, type ImageSide } from '../../src/verify/compare-images.ts';

function layer(text: string, more: Partial<Descriptor> = {}): Descriptor {
  return { mediaType: MEDIA_TYPE.layerGzip, digest: sha256(text), size: 10, ...more };
}

const CONFIG: ImageConfig = {
  created: '2026-01-01T00:00:00Z',
  architecture: 'amd64',
  os: 'linux',
  config: { User: '1000', Env: ['PATH=/bin', 'LANG=C.UTF-8'], Labels: { 'com.example.a': '1' } },
  rootfs: { type: 'layers', diff_ids: [sha256('base'), sha256('pip')] },
  history: [
    { created_by: 'FROM base' },
    { created_by: 'ENV A=1', empty_layer: true },
    { created_by: 'RUN pip install tqdm' },
  ],
};

function side(config: ImageConfig = CONFIG, manifest: Partial<ImageSide['manifest']> = {}): ImageSide {
  const bytes = JSON.stringify(config);
  const whole = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, digest: sha256(bytes), size: bytes.length },
    layers: [layer('base'), layer('pip')],
    ...manifest,
  } as const;
  return { digest: sha256(JSON.stringify(whole)), manifest: whole, config };
}

describe('two images', () => {
  it('of one digest are the same', () => {
    expect(compareImages(side(), side())).toEqual({ kind: 'same' });
  });

  it('of one config have the same contents, and the layer that is packed differently is named', () => {
    const zstd = layer('packed', { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd', size: 8 });

    expect(compareImages(side(), side(CONFIG, { layers: [layer('base'), zstd] }))).toEqual({
      kind: 'packing',
      differences: [
        {
          place: 'layer 2',
          attribute: 'packing',
          published: `10 bytes of gzip (${sha256('pip').slice(0, 19)}…)`,
          rebuilt: `8 bytes of zstd (${sha256('packed').slice(0, 19)}…)`,
        },
      ],
      layers: [{ index: 1, createdBy: 'RUN pip install tqdm', published: layer('pip'), rebuilt: zstd }],
    });
  });

  it('may differ in annotations alone', () => {
    const annotated = side(CONFIG, { annotations: { 'dev.jobimg.id': 'x' } });

    expect(compareImages(side(), annotated)).toMatchObject({
      kind: 'packing',
      differences: [{ place: 'annotations."dev.jobimg.id"', rebuilt: '"x"' }],
    });
  });

  it.each<readonly [string, ImageConfig, string, string]>([
    ['architecture', { ...CONFIG, architecture: 'arm64' }, '"amd64"', '"arm64"'],
    [
      'created',
      { ...CONFIG, created: '2027-01-01T00:00:00Z' },
      '"2026-01-01T00:00:00Z"',
      '"2027-01-01T00:00:00Z"',
    ],
    ['config.User', { ...CONFIG, config: { ...CONFIG.config, User: '0' } }, '"1000"', '"0"'],
    [
      'config.Env.LANG',
      { ...CONFIG, config: { ...CONFIG.config, Env: ['PATH=/bin', 'LANG=de'] } },
      '"C.UTF-8"',
      '"de"',
    ],
    [
      'config.Labels."com.example.a"',
      { ...CONFIG, config: { ...CONFIG.config, Labels: { 'com.example.a': '2' } } },
      '"1"',
      '"2"',
    ],
    [
      'history[2].created_by',
      { ...CONFIG, history: [...(CONFIG.history ?? []).slice(0, 2), { created_by: 'RUN pip' }] },
      '"RUN pip install tqdm"',
      '"RUN pip"',
    ],
  ])('may differ in %s alone', (place, config, published, rebuilt) => {
    expect(compareImages(side(), side(config))).toEqual({
      kind: 'contents',
      differences: [{ place, attribute: 'value', published, rebuilt }],
      layer: undefined,
    });
  });

  it('may differ in media types, which are told first', () => {
    const config = { ...CONFIG, created: 'now' };
    const docker = side(config, { mediaType: MEDIA_TYPE.dockerManifest });

    const comparison = compareImages(side(), docker);

    expect(comparison).toMatchObject({
      kind: 'contents',
      differences: [{ place: 'manifest', attribute: 'media type' }, { place: 'created' }],
    });
  });

  it('lead to the first layer whose contents differ, with what made it', () => {
    const config = { ...CONFIG, rootfs: { ...CONFIG.rootfs, diff_ids: [sha256('base'), sha256('other')] } };

    expect(compareImages(side(), side(config, { layers: [layer('base'), layer('other')] }))).toEqual({
      kind: 'contents',
      differences: [],
      layer: {
        index: 1,
        createdBy: 'RUN pip install tqdm',
        published: layer('pip'),
        rebuilt: layer('other'),
      },
    });
  });

  it('may have another number of layers', () => {
    const config = { ...CONFIG, rootfs: { ...CONFIG.rootfs, diff_ids: [sha256('base')] } };

    expect(compareImages(side(), side(config, { layers: [layer('base')] }))).toMatchObject({
      kind: 'contents',
      differences: [{ place: 'layers', attribute: 'number', published: '2', rebuilt: '1' }],
    });
  });
});

describe('what made a layer', () => {
  it('is not known without a history', () => {
    expect(createdBy({ architecture: 'amd64', os: 'linux', rootfs: CONFIG.rootfs }, 0)).toBe('');
  });
});
