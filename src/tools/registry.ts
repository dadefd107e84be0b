import type { UserError } from '../errors.ts';
import type { ImageBytes, Parent } from '../oci/image.ts';
import type { Artifact } from '../oci/referrer.ts';
import type { Descriptor, Digest, Image, Manifest, Platform, Reference, Repository } from '../oci/types.ts';

/** An image as a registry holds it. */
export interface StoredImage extends Image {
  readonly annotations: ReadonlyMap<string, string>;
}

/** undefined is "404, it is not there"; everything else that goes wrong is thrown. */
export interface Registry {
  /** Logs in for that while something else is done; a failure is told by the call that needs it. */
  prepare(repository: Repository, actions: 'pull' | 'pull,push'): Promise<void>;
  /** The digest of the platform's own manifest; with `index`, of whatever the reference names. */
  resolve(reference: Reference, platform: Platform | 'index'): Promise<Digest | undefined>;
  /** The image behind a tag or digest with the id its annotations carry. */
  find(reference: Reference): Promise<StoredImage | undefined>;
  /** `remembered`: a config that this machine has read before is not asked for again. */
  pull(image: Image, options?: { readonly remembered: boolean }): Promise<Parent>;
  /** The descriptor of an image, as an index holds it. */
  descriptorOf(image: Image): Promise<Descriptor>;
  /** The manifests that an index holds; undefined for an image of one platform. */
  indexManifests(image: Image): Promise<readonly Descriptor[] | undefined>;
  /** The bytes of a blob as they come; other bytes than its digest says end in an error. */
  blob(repository: Repository, blob: Descriptor): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Blobs that are missing, then one PUT of the manifest under the tag; `replaces` is written over, any other image is
   * not. `isSameForAll`: whoever pushes under this tag pushes these bytes, and nobody else is looked for.
   */
  push(
    to: Repository,
    image: ImageBytes,
    tag: string,
    replaces?: Digest,
    isSameForAll?: boolean,
  ): Promise<Pushed>;
  /** The manifest that stands under `from`, byte for byte, under another tag of the same repository. */
  retag(from: Image, tag: string, replaces?: Digest): Promise<Pushed>;
  /**
   * Why a push would be refused, asked by starting an upload; undefined: it is allowed. From then on, a tag there that
   * may not be read is one that does not exist.
   */
  pushRefusal(to: Repository): Promise<UserError | undefined>;
  /** The manifest of one image or artifact. */
  manifest(image: Image): Promise<Manifest>;
  /** Pushes an artifact about the image, whose digest stays as it is; everybody who lists its referrers finds it. */
  pushReferrer(subject: Image, artifact: Artifact): Promise<Digest>;
  /** The artifacts about an image, as the registry lists them. */
  referrers(subject: Image): Promise<readonly Descriptor[]>;
  /** Every tag of a repository; none where there is no such repository. */
  tags(repository: Repository): Promise<readonly string[]>;
  /** Removes a manifest with all of its tags, or one tag; false when it is not there. */
  remove(repository: Repository, name: Digest | { readonly tag: string }): Promise<boolean>;
}

/** What stands under the tag now; `other` when somebody else's image was there first and was kept. */
export interface Pushed {
  readonly image: Image;
  readonly other?: Digest | undefined;
}
