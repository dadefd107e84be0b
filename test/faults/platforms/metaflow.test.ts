import { inImageSuite } from '../../platforms/in-image-suite.ts';

inImageSuite('metaflow', [
  'METAFLOW_DEFAULT_CONTAINER_IMAGE',
  'METAFLOW_KUBERNETES_CONTAINER_IMAGE',
  'METAFLOW_BATCH_CONTAINER_IMAGE',
]);
