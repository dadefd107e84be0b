import { deferred } from '../../io/deferred.ts';
import type { Registry } from '../../tools/registry.ts';

/** One that is made when it is first asked for something. */
export function deferredRegistry(make: () => Promise<Registry>): Registry {
  return deferred<Registry>(make, {
    prepare: true,
    resolve: true,
    find: true,
    pull: true,
    descriptorOf: true,
    indexManifests: true,
    blob: true,
    push: true,
    retag: true,
    pushRefusal: true,
    manifest: true,
    pushReferrer: true,
    referrers: true,
    tags: true,
    remove: true,
  });
}
