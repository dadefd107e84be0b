import type { Descriptor, ImageConfig, Manifest } from '../oci/types.ts';
import { compareConfigs } from './compare-configs.ts';
import type { Difference } from './difference.ts';

/** As far as two images are compared before any layer is read. */
export interface ImageSide {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

export type Comparison =
  | { readonly kind: 'same' }
  /** The contents are equal if the layers hold what the config says; the bytes that hold them are not. */
  | {
      readonly kind: 'packing';
      readonly differences: readonly Difference[];
      /** Those whose bytes differ. */
      readonly layers: readonly LayerPair[];
    }
  | {
      readonly kind: 'contents';
      readonly differences: readonly Difference[];
      /** The first layer whose contents differ. */
      readonly layer?: LayerPair | undefined;
    };

export interface LayerPair {
  readonly index: number;
  /** What made it, as the image's history tells. */
  readonly createdBy: string;
  readonly published: Descriptor;
  readonly rebuilt: Descriptor;
}

/** From the top down: media types, platform, fields of the config, layers; equal configs are equal contents. */
export function compareImages(published: ImageSide, rebuilt: ImageSide): Comparison {
  if (published.digest === rebuilt.digest) return { kind: 'same' };
  if (published.manifest.config.digest === rebuilt.manifest.config.digest) {
    const differences = comparePacking(published.manifest, rebuilt.manifest);
    return { kind: 'packing', differences, layers: packedLayers(published, rebuilt) };
  }
  const platform = comparePlatforms(published.config, rebuilt.config);
  const media = compareMediaTypes(published.manifest, rebuilt.manifest);
  const fields = compareConfigs(published.config, rebuilt.config);
  const platforms = new Set(platform.map(({ place }) => place));
  const others = fields.filter(({ place }) => !platforms.has(place));
  return {
    kind: 'contents',
    differences: [...media, ...platform, ...others, ...compareCounts(published, rebuilt)],
    layer: firstLayer(published, rebuilt),
  };
}

function compareMediaTypes(before: Manifest, after: Manifest): readonly Difference[] {
  return [
    ...valueDifference('manifest', 'media type', before.mediaType, after.mediaType),
    ...valueDifference('config', 'media type', before.config.mediaType, after.config.mediaType),
  ];
}

const PLATFORM = ['os', 'architecture', 'variant'] as const;

function comparePlatforms(before: ImageConfig, after: ImageConfig): readonly Difference[] {
  const fields = compareConfigs(before, after);
  return PLATFORM.flatMap((name) => fields.filter(({ place }) => place === name));
}

function compareCounts({ config: before }: ImageSide, { config: after }: ImageSide): readonly Difference[] {
  const [was, is] = [before, after].map(({ rootfs }) => `${rootfs.diff_ids.length}`);
  return valueDifference('layers', 'number', was, is);
}

function firstLayer(published: ImageSide, rebuilt: ImageSide): LayerPair | undefined {
  const [before, after] = [published.config.rootfs.diff_ids, rebuilt.config.rootfs.diff_ids];
  const index = before.findIndex((diffId, at) => diffId !== after[at]);
  const [one, two] = [published.manifest.layers[index], rebuilt.manifest.layers[index]];
  if (one === undefined || two === undefined) return undefined;
  return { index, createdBy: createdBy(published.config, index), published: one, rebuilt: two };
}

function packedLayers(
  { manifest: before, config }: ImageSide,
  { manifest: after }: ImageSide,
): readonly LayerPair[] {
  return before.layers.flatMap((published, index) => {
    const rebuilt = after.layers[index];
    if (rebuilt === undefined || published.digest === rebuilt.digest) return [];
    return [{ index, createdBy: createdBy(config, index), published, rebuilt }];
  });
}

/** The history has an entry for each layer, and some for none: https://github.com/opencontainers/image-spec/blob/main/config.md */
export function createdBy({ history = [] }: ImageConfig, index: number): string {
  const entries: readonly { readonly created_by?: unknown; readonly empty_layer?: unknown }[] = history;
  const text = entries.filter(({ empty_layer }) => empty_layer !== true)[index]?.created_by;
  return typeof text === 'string' ? text : '';
}

/** The same layers packed in another way, or other annotations. */
function comparePacking(before: Manifest, after: Manifest): readonly Difference[] {
  const layers = before.layers.flatMap((layer, index) => {
    const other = after.layers[index];
    if (other === undefined || layer.digest === other.digest) return [];
    return valueDifference(`layer ${index + 1}`, 'packing', printPacking(layer), printPacking(other));
  });
  return [...compareMediaTypes(before, after), ...layers, ...compareAnnotations(before, after)];
}

function compareAnnotations(before: Manifest, after: Manifest): readonly Difference[] {
  return compareConfigs(annotationsIn(before), annotationsIn(after));
}

function annotationsIn({ annotations, layers }: Manifest): object {
  return { ...(annotations && { annotations }), layers: layers.map((layer) => layer.annotations ?? {}) };
}

function printPacking({ mediaType, size, digest }: Descriptor): string {
  return `${size} bytes of ${mediaType.replace(/^.*[.+]/, '')} (${digest.slice(0, 19)}…)`;
}

function valueDifference(
  place: string,
  attribute: string,
  published: string | undefined,
  rebuilt: string | undefined,
): readonly Difference[] {
  if (published === rebuilt) return [];
  return [{ place, attribute, published: published ?? 'none', rebuilt: rebuilt ?? 'none' }];
}
