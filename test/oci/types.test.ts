import { expect, it } from '@jest/globals';
import { ANNOTATION, MEDIA_TYPE } from '../../src/oci/types.ts';

it('the names that registries, other tools and earlier releases read are these', () => {
  expect({ ...MEDIA_TYPE, ...ANNOTATION }).toEqual({
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
    dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
    id: 'dev.jobimg.id',
    environment: 'dev.jobimg.environment',
    inputs: 'dev.jobimg.inputs',
    baseName: 'org.opencontainers.image.base.name',
    baseDigest: 'org.opencontainers.image.base.digest',
  });
});
