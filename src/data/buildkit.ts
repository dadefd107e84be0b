/**
 * The BuildKit of a builder that is made here, as `docker buildx create --driver-opt image=` takes it. Renovate renews
 * the release and adds its digest; the tests compile and use the same release.
 * https://github.com/moby/buildkit/releases
 */
// renovate: datasource=docker depName=moby/buildkit
export const BUILDKIT_IMAGE = 'docker.io/moby/buildkit:v0.32.2';
