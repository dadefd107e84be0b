import { UserError } from '../errors.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './digest.ts';
import type { ImageBytes, Parent } from './image.ts';
import {
  type Blob,
  type Descriptor,
  type ImageConfig,
  type Layer,
  type Manifest,
  MEDIA_TYPE,
} from './types.ts';

export interface AppendOptions {
  /** Merged over the parent's. */
  readonly labels: ReadonlyMap<string, string>;
  /** All the annotations of the new manifest: the parent's say what the parent was made from. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Seconds; the only time that enters. */
  readonly epoch: number;
  readonly createdBy: (layer: number) => string;
}

/**
 * The parent with more layers: a pure function of its arguments, in canonical JSON.
 * Everything of the parent's config that is not spoken of here is kept, and its layer descriptors stand unchanged.
 * The manifest and config are OCI's even over a Docker parent, whose layer types are legal in an OCI manifest:
 * https://github.com/opencontainers/image-spec/blob/main/media-types.md#compatibility-matrix
 */
export function appendLayers(parent: Parent, layers: readonly Layer[], options: AppendOptions): ImageBytes {
  assertWhole(parent);
  const config = bytesBlob(canonicalJson(configOf(parent.config, layers, options)), MEDIA_TYPE.config);
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: descriptorOf(config),
    layers: [...parent.manifest.layers, ...layers.map(descriptorOf)],
    annotations: options.annotations.size === 0 ? undefined : options.annotations,
  } satisfies Omit<Manifest, 'annotations'> & { annotations: unknown });
  return {
    blobs: [...layers, config],
    manifest: new TextEncoder().encode(manifest),
    mediaType: MEDIA_TYPE.manifest,
  };
}

function configOf(parent: ImageConfig, layers: readonly Layer[], options: AppendOptions): object {
  const created = rfc3339(options.epoch);
  const entries = layers.map((_, index) => ({ created, created_by: options.createdBy(index) }));
  return {
    ...parent,
    created,
    config: { ...parent.config, Labels: labelsOf(parent, options.labels) },
    rootfs: {
      ...parent.rootfs,
      diff_ids: [...parent.rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)],
    },
    history: historyOf(parent, entries),
  };
}

function labelsOf(
  parent: ImageConfig,
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const merged = new Map([...Object.entries(parent.config?.Labels ?? {}), ...labels]);
  return merged.size === 0 ? undefined : merged;
}

/** A parent that has layers and no history keeps none: one entry would be taken for that of its first layer. */
function historyOf(
  { history, rootfs }: ImageConfig,
  entries: readonly object[],
): readonly object[] | undefined {
  if (history === undefined && rootfs.diff_ids.length > 0) return undefined;
  return [...(history ?? []), ...entries];
}

function assertWhole({ image, manifest, config }: Parent): void {
  const layers = manifest.layers.length;
  const diffIds = config.rootfs.diff_ids.length;
  if (layers === diffIds) return;
  throw new UserError(
    `the image "${image.registry}/${image.path}@${image.digest}" has ${layers} layers in its manifest and ${diffIds} in its config`,
    { code: 'broken-image', hint: 'build and push it again' },
  );
}

function descriptorOf({ mediaType, digest, size }: Blob): Descriptor {
  return { mediaType, digest, size };
}

function bytesBlob(text: string, mediaType: string): Blob {
  const bytes = new TextEncoder().encode(text);
  async function* open(): AsyncIterable<Uint8Array> {
    yield bytes;
  }
  return { mediaType, digest: sha256(bytes), size: bytes.length, open };
}

/** Without fractions, as Go prints a whole second. */
function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
