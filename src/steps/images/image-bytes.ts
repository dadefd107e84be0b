import { appendLayers } from '../../oci/append.ts';
import type { ImageBytes, Parent } from '../../oci/image.ts';
import { type IndexEntry, makeIndex } from '../../oci/image-index.ts';
import { ANNOTATION, type Digest, type Image, type Layer, type Platform } from '../../oci/types.ts';
import { JOB_EPOCH } from '../../plan/images/job-image.ts';
import type { Identity, LayerPlan } from '../../plan/plan.ts';
import { identified } from './image-identity.ts';
import type { ImageStore } from './image-store.ts';

/** The job's image from its environment and its code: the same bytes whoever puts them together. */
export function layerImage(parent: Parent, layers: readonly Layer[], plan: LayerPlan): ImageBytes {
  return appendLayers(parent, layers, {
    labels: plan.labels,
    annotations: annotationsOf(plan, parent.image.digest),
    epoch: JOB_EPOCH,
    createdBy: (layer) => `jobimg code layer ${plan.layer.folder}${partOf(layer, layers.length)}`,
  });
}

function partOf(index: number, count: number): string {
  return count === 1 ? '' : ` (${index + 1} of ${count})`;
}

/** An image that an index is to hold. */
export interface IndexedImage {
  readonly platform: Platform;
  readonly image: Image;
}

export interface IndexOptions {
  readonly identity: Identity;
  /** Of the index of the environments that its images stand on; undefined for that one itself. */
  readonly environment: Digest | undefined;
}

/** What an index holds, and what it says of itself. */
export interface IndexContent {
  readonly manifests: readonly IndexEntry[];
  readonly annotations: ReadonlyMap<string, string>;
}

export async function indexContent(
  images: readonly IndexedImage[],
  { identity, environment }: IndexOptions,
  store: Pick<ImageStore, 'descriptorOf'>,
): Promise<IndexContent> {
  const manifests = images.map(async ({ platform, image }) => ({
    ...(await store.descriptorOf(image)),
    platform,
  }));
  return { manifests: await Promise.all(manifests), annotations: annotationsOf(identity, environment) };
}

export function indexImage({ manifests, annotations }: IndexContent): ImageBytes {
  return makeIndex(manifests, annotations);
}

function annotationsOf(identity: Identity, environment: Digest | undefined): ReadonlyMap<string, string> {
  return new Map([
    [ANNOTATION.id, identified(identity).id],
    ...(environment === undefined ? [] : [[ANNOTATION.environment, environment] as const]),
    [ANNOTATION.inputs, identity.carried],
  ]);
}
