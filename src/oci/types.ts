/** Words and shapes of the OCI image-spec: https://github.com/opencontainers/image-spec/blob/main/manifest.md */

export type Digest = `sha256:${string}`;

/** A repository in a registry: host (with port) and path. */
export interface Repository {
  readonly registry: string;
  readonly path: string;
}

export interface Reference extends Repository {
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

/** An image that exists; `id` is what its annotations say it was made from. */
export interface Image extends Repository {
  readonly digest: Digest;
  readonly id?: Digest | undefined;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform;
  /** Of a manifest that is an artifact, where an index lists it. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest that this one is about. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Index {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The fields of an image config that are read here; all others are kept as they are. */
export interface ImageConfig {
  readonly created?: string;
  readonly architecture: string;
  readonly os: string;
  readonly config?: {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly WorkingDir?: string;
    /** Docker's own, beside the specification: instructions for builds that begin with the image. */
    readonly OnBuild?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
  };
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly object[];
}

/** Bytes with their digest; `open` may be called more than once and gives the same bytes each time. */
export interface Blob {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** A layer: a compressed blob and the digest of its uncompressed tar. */
export interface Layer extends Blob {
  readonly diffId: Digest;
}

export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** The annotations of a manifest that carry what an image was made from. */
export const ANNOTATION = {
  id: 'dev.jobimg.id',
  environment: 'dev.jobimg.environment',
  /** Names and short hashes of what the id was made from: why a later image is another one. */
  inputs: 'dev.jobimg.inputs',
  baseName: 'org.opencontainers.image.base.name',
  baseDigest: 'org.opencontainers.image.base.digest',
} as const;
