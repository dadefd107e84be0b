import { UserError } from '../errors.ts';
import { isDigest, sha256 } from '../oci/digest.ts';
import type { ImageBytes, Parent } from '../oci/image.ts';
import { printPlatform, withOlder } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import { type Artifact, artifactBytes, referrerDescriptor } from '../oci/referrer.ts';
import {
  ANNOTATION,
  type Descriptor,
  type Digest,
  type Image,
  type Manifest,
  type Platform,
  type Reference,
  type Repository,
} from '../oci/types.ts';
import type { Pushed, Registry, StoredImage } from '../tools/registry.ts';
import { getBlob } from './blobs.ts';
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts';
import { deleteManifest } from './delete.ts';
import type { Document } from './documents.ts';
import { KnownDocuments } from './known-documents.ts';
import type { Actions } from './login/token.ts';
import { choosePlatform, fits, getConfig, noPlatform } from './manifests.ts';
import { registryErrorIn } from './protocol/errors.ts';
import { ImageBlobs } from './push/image-blobs.ts';
import { RememberedDocuments } from './push/remembered.ts';
import { sharing } from './push/sharing.ts';
import { listReferrers, putArtifact } from './referrers.ts';
import { ReferrersTags } from './referrers-tag.ts';
import { missesPart, putTag, type Tagging } from './tag.ts';
import { listTags } from './tag-list.ts';
import { uploadRefusal } from './upload-refusal.ts';

export interface RegistryOptions extends ConnectionOptions {
  /** Where configs and pushed manifests are remembered from one call to the next; undefined: nowhere. */
  readonly rememberIn?: string | undefined;
}

/** A client of https://github.com/opencontainers/distribution-spec for any number of registries. */
export function createRegistry({ rememberIn, ...options }: RegistryOptions): Registry {
  const remembered = rememberIn === undefined ? undefined : new RememberedDocuments(rememberIn);
  return new Client(createConnection(options), remembered);
}

class Client implements Registry {
  readonly #connection: Connection;
  readonly #documents: KnownDocuments;
  readonly #referrersTags: ReferrersTags;
  /** What is on its way, so that images which share a base ask once. */
  readonly #reads = new Map<string, Promise<Document | undefined>>();
  readonly #blobs: ImageBlobs;
  readonly #remembered: RememberedDocuments | undefined;

  constructor(connection: Connection, remembered: RememberedDocuments | undefined) {
    this.#connection = connection;
    this.#remembered = remembered;
    this.#blobs = new ImageBlobs(connection);
    this.#documents = new KnownDocuments(connection);
    this.#referrersTags = new ReferrersTags(connection);
  }

  async resolve(reference: Reference, platform: Platform | 'index'): Promise<Digest | undefined> {
    const document = await sharing(this.#reads, printReference(reference), () =>
      this.#documents.read(reference),
    );
    if (document === undefined || platform === 'index') return document?.digest;
    if (document.kind === 'index') return choosePlatform(document, platform, reference);
    if (!isUsual(platform)) await this.#assertPlatform(reference, document, platform);
    return document.digest;
  }

  async find(reference: Reference): Promise<StoredImage | undefined> {
    const document = await this.#documents.read(reference);
    if (document === undefined) return undefined;
    const annotations = new Map(Object.entries(document.content.annotations ?? {}));
    return { ...imageOf(reference, document), annotations };
  }

  async pull(image: Image, { remembered } = { remembered: false }): Promise<Parent> {
    const manifest = await this.manifest(image);
    const memory = remembered ? this.#remembered : undefined;
    const config = await getConfig(this.#connection, image, manifest.config, memory);
    return { image, manifest, config };
  }

  async manifest(image: Image): Promise<Manifest> {
    const document = await this.#documents.require(image);
    if (document.kind === 'manifest') return document.content;
    throw new UserError(`"${printReference(image)}" is an index, not an image for one platform`, {
      code: 'index-given',
    });
  }

  async descriptorOf(image: Image): Promise<Descriptor> {
    const { mediaType, digest, bytes } = await this.#documents.require(image);
    return { mediaType, digest, size: bytes.length };
  }

  async indexManifests(image: Image): Promise<readonly Descriptor[] | undefined> {
    const document = await this.#documents.require(image);
    return document.kind === 'index' ? document.content.manifests : undefined;
  }

  blob(repository: Repository, blob: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    return getBlob(this.#connection, repository, blob);
  }

  async push(
    to: Repository,
    image: ImageBytes,
    tag: string,
    replaces?: Digest,
    isSameForAll = false,
  ): Promise<Pushed> {
    const { manifest: bytes, mediaType } = image;
    const tagging = { to, tag, bytes, mediaType, replaces, isSameForAll };
    const earlier = this.#remembered?.earlierImage(to, image.blobs);
    await this.#blobs.upload(to, image, earlier);
    const pushed = await this.#putWhole({ ...tagging, isUnasked: earlier !== undefined }, image);
    if (pushed.other === undefined) this.#remembered?.keepManifest(to, bytes, image.blobs);
    return pushed;
  }

  /** What the registry has lost since it was asked, or since an earlier image was pushed, is sent. */
  async #putWhole(tagging: Tagging, image: ImageBytes): Promise<Pushed> {
    try {
      return await this.#put(tagging);
    } catch (error) {
      if (!missesPart(registryErrorIn(error))) throw error;
      await this.#blobs.upload(tagging.to, image);
      return await this.#put({ ...tagging, isUnasked: false });
    }
  }

  async retag(from: Image, tag: string, replaces?: Digest): Promise<Pushed> {
    const { bytes, mediaType } = await this.#documents.require(from);
    return this.#put({ to: repositoryOf(from), tag, bytes, mediaType, replaces, isSameForAll: false });
  }

  async prepare(repository: Repository, actions: Actions): Promise<void> {
    try {
      await this.#connection.prepare(repository, actions);
    } catch (error) {
      // The call that needs it meets the same, and tells it where it matters.
      if (!(error instanceof UserError)) throw error;
    }
  }

  pushRefusal(to: Repository): Promise<UserError | undefined> {
    return uploadRefusal(this.#connection, to);
  }

  async pushReferrer(subject: Image, artifact: Artifact): Promise<Digest> {
    const bytes = artifactBytes(await this.descriptorOf(subject), artifact);
    const descriptor = referrerDescriptor(bytes.manifest);
    await this.#blobs.upload(subject, bytes);
    const one = { digest: descriptor.digest, bytes: bytes.manifest };
    if (!(await putArtifact(this.#connection, subject, one)))
      await this.#referrersTags.add(subject, descriptor);
    return descriptor.digest;
  }

  referrers(subject: Image): Promise<readonly Descriptor[]> {
    return listReferrers(this.#connection, subject);
  }

  tags(repository: Repository): Promise<readonly string[]> {
    return listTags(this.#connection, repository);
  }

  remove(repository: Repository, name: Digest | { readonly tag: string }): Promise<boolean> {
    return deleteManifest(this.#connection, repository, name);
  }

  async #put(tagging: Tagging): Promise<Pushed> {
    const { to, bytes } = tagging;
    const other = await putTag(this.#connection, tagging);
    if (other !== undefined) {
      const document = await this.#documents.require({ ...to, digest: other });
      return { image: imageOf(to, document), other };
    }
    this.#documents.add(tagging);
    return { image: { ...repositoryOf(to), digest: sha256(bytes), id: idIn(bytes) } };
  }

  async #assertPlatform(
    reference: Reference,
    document: Document & { kind: 'manifest' },
    wanted: Platform,
  ): Promise<void> {
    const config = await getConfig(this.#connection, reference, document.content.config);
    if (!withOlder(wanted).some((one) => fits(config, one)))
      throw noPlatform(reference, wanted, [printPlatform(config)]);
  }
}

/** An image that is no index is nearly always made for this; its config is only read when another platform is wanted. */
function isUsual({ os, architecture }: Platform): boolean {
  return os === 'linux' && architecture === 'amd64';
}

function imageOf(repository: Repository, { digest, content }: Document): Image {
  const id = content.annotations?.[ANNOTATION.id];
  return { ...repositoryOf(repository), digest, id: isDigest(id) ? id : undefined };
}

function repositoryOf({ registry, path }: Repository): Repository {
  return { registry, path };
}

/** The id in a manifest of ours. */
function idIn(manifest: Uint8Array): Digest | undefined {
  const { annotations }: Partial<Manifest> = JSON.parse(new TextDecoder().decode(manifest));
  const id = annotations?.[ANNOTATION.id];
  return isDigest(id) ? id : undefined;
}
