import type { Digest, Repository } from '../oci/types.ts';
import type { BuildPlan } from '../plan/plan.ts';

/** Where images go. */
export type BuildTarget =
  | { readonly kind: 'registry'; readonly repository: Repository }
  | { readonly kind: 'engine' };

export interface BuildRequest {
  readonly plan: BuildPlan;
  readonly to: /** By its digest; `tag` is written over where builder or registry take no image without one. */
    | { readonly kind: 'registry'; readonly repository: Repository; readonly tag: string }
    | { readonly kind: 'engine'; readonly tag: string };
  readonly id: Digest;
  readonly noCache: boolean;
}

export type Built =
  | {
      readonly kind: 'pushed';
      readonly repository: Repository;
      readonly digest: Digest;
      /** undefined for an index of several platforms. */
      readonly configDigest?: Digest | undefined;
    }
  | { readonly kind: 'loaded'; readonly engineId: Digest };

export interface Builder {
  /** Throws when the builder that images for this place are built with cannot run programs of one of the platforms. */
  check(plans: readonly BuildPlan[], to: BuildTarget): Promise<void>;
  /** Progress goes to the log as it comes; a failed step is a UserError of kind `build` with its last lines and origin. */
  build(request: BuildRequest): Promise<Built>;
  /** Removes a builder that was made by this process, with its cache, unless something else is built with it; whether it did. */
  release(): Promise<boolean>;
  /** Builds without a cache, for the files of the last stage alone, by path; no image is kept. */
  extract(plan: BuildPlan): Promise<ReadonlyMap<string, string>>;
}
