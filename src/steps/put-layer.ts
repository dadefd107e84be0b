import { appendLayer } from '../oci/append.ts';
import { ANNOTATION, type Digest, type Layer } from '../oci/types.ts';
import { JOB_EPOCH } from '../plan/job-image.ts';
import type { ImagePlan } from '../plan/plan.ts';
import type { ImageBytes, Parent } from '../tools.ts';

/** The job's image from its environment and its code: the same bytes whoever puts them together. */
export function putLayer(
  parent: Parent,
  layer: Layer,
  plan: Extract<ImagePlan, { kind: 'layer' }>,
  id: Digest,
): ImageBytes {
  return appendLayer(parent, layer, {
    labels: plan.labels,
    annotations: new Map([
      [ANNOTATION.id, id],
      [ANNOTATION.environment, parent.image.digest],
      [ANNOTATION.inputs, plan.carried],
    ]),
    epoch: JOB_EPOCH,
    createdBy: `jobimg code layer ${plan.layer.folder}`,
  });
}
