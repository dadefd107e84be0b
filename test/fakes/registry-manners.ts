import type { Refusal } from './registry-reply.ts';

/** How one product differs from https://github.com/opencontainers/distribution-spec/blob/main/spec.md ; each with its source. */
export interface Manner {
  readonly auth: 'basic' | 'token';
  readonly tokenBody?: (token: string) => object;
  /** Of the token server, to who asks to read what does not exist. */
  readonly unknownToken?: Refusal;
  /** To who reads what does not exist: with a right to pull, and with one to push. */
  readonly unknownRepository?: { readonly pull: Refusal; readonly push?: Refusal };
  readonly unknownTag?: Refusal;
  /** Where a push makes no repository. */
  readonly mustExist?: Refusal;
  /** To an upload by who may only read. */
  readonly readOnly: Refusal;
  /** To every mount. */
  readonly mount?: Refusal;
  /** Whether a mount of a blob that is there is answered 201; else an upload is started. */
  readonly mounts?: boolean;
  /** How a place for an upload is written. */
  readonly location?: (place: string, host: string) => string;
  /** Where blobs are read. */
  readonly redirect?: (place: string, host: string) => string;
  /** Whether answers carry `Docker-Content-Digest`. */
  readonly digestHeader?: boolean;
  /** To a tag that is written twice, where its owner forbids that. */
  readonly immutable?: Refusal;
}

const DENIED: Refusal = {
  status: 403,
  code: 'DENIED',
  message: 'requested access to the resource is denied',
};
const UNAUTHORIZED: Refusal = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'access to the requested resource is not authorized',
};

const absolute = (place: string, host: string): string => `http://${host}${place}`;

export const MANNERS = {
  'Docker Hub': {
    auth: 'token',
    // Both fields: https://github.com/containerd/overlaybd/issues/35
    tokenBody: (token) => ({
      token,
      access_token: token,
      expires_in: 300,
      issued_at: '2026-01-01T00:00:00Z',
    }),
    // A token in any case (https://github.com/docker/hub-feedback/issues/1771), which opens nothing:
    // https://github.com/docker-archive/docker-registry/issues/1071
    unknownRepository: {
      pull: UNAUTHORIZED,
      push: { status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' },
    },
    readOnly: UNAUTHORIZED,
    location: absolute,
    redirect: absolute,
  },
  'GitHub Packages': {
    auth: 'token',
    // None without a login or a package: https://github.com/fluxcd/flux2/issues/4745
    unknownToken: DENIED,
    // https://github.com/apple/swift-container-plugin/pull/44
    location: (place) => place,
    // https://github.com/hyperledger-firefly/signer/pull/74
    readOnly: { ...DENIED, message: 'installation not allowed to Create organization package' },
  },
  'Amazon ECR': {
    auth: 'basic',
    // https://github.com/moby/moby/issues/24473 , https://github.com/plexsystems/sinker/issues/55
    unknownRepository: {
      pull: {
        status: 404,
        code: 'NAME_UNKNOWN',
        message: "The repository with name 'acme/train' does not exist in the registry with id '1'",
      },
    },
    mustExist: {
      status: 404,
      code: 'NAME_UNKNOWN',
      message: "The repository with name 'acme/train' does not exist in the registry with id '1'",
    },
    // What no manifest names is not mounted: https://github.com/aws/containers-roadmap/issues/2860
    mounts: false,
    // https://github.com/aws/amazon-sagemaker-examples/issues/1257
    readOnly: { ...DENIED, message: 'User is not authorized to perform: ecr:InitiateLayerUpload' },
    location: absolute,
    redirect: absolute,
    // https://github.com/osscontainertools/kaniko/pull/204
    immutable: {
      status: 400,
      code: 'TAG_INVALID',
      message:
        "The image tag '1' already exists in the 'acme/train' repository and cannot be overwritten because the tag is immutable.",
    },
  },
  'Google Artifact Registry': {
    auth: 'token',
    tokenBody: (token) => ({ token, expires_in: 3600, issued_at: '2026-01-01T00:00:00Z' }),
    // "or it may not exist": https://github.com/fluxcd/source-controller/issues/798
    unknownToken: { ...DENIED, message: 'Permission denied on resource (or it may not exist)' },
    // Made apart from the first push: https://cloud.google.com/artifact-registry/docs/docker/troubleshoot
    mustExist: { status: 404, code: 'NAME_UNKNOWN', message: 'Repository "acme" not found' },
    // https://github.com/GoogleCloudPlatform/cymbal-superstore/pull/4
    readOnly: { ...DENIED, message: "Permission 'artifactregistry.repositories.uploadArtifacts' denied" },
    // Not below /v2/: https://github.com/gitpod-io/gitpod/issues/10214
    location: (place) => place.replace('/v2/', '/uploads/'),
    // Relative: https://github.com/sonatype/nexus-public/issues/1061
    redirect: (place) => place,
    // Its words are documented on the page above, its status is not.
    immutable: {
      status: 400,
      code: 'MANIFEST_INVALID',
      message: 'The repository has enabled tag immutability',
    },
  },
  'Azure Container Registry': {
    auth: 'token',
    // No `token` and no lifetime: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
    tokenBody: (token) => ({ access_token: token }),
    readOnly: UNAUTHORIZED,
    location: (place) => place,
    redirect: absolute,
    // Of a locked tag: https://github.com/Azure/azure-sdk-for-net/issues/22827
    immutable: {
      status: 405,
      code: 'REGISTRY_DISALLOWED_OPERATION',
      message: 'The operation is disallowed on this registry, repository or image.',
    },
  },
  Harbor: {
    auth: 'token',
    // https://github.com/goharbor/harbor/blob/main/src/core/service/token/creator.go
    tokenBody: (token) => ({ token, access_token: '', expires_in: 1800, issued_at: '2026-01-01T00:00:00Z' }),
    // https://github.com/goharbor/harbor/blob/main/src/lib/errors/const.go
    unknownRepository: {
      pull: { status: 404, code: 'NOT_FOUND', message: 'repository acme/train not found' },
    },
    // https://github.com/goharbor/harbor/issues/13115
    readOnly: { ...UNAUTHORIZED, message: 'unauthorized to access repository: acme/train, action: push' },
    location: absolute,
    // https://github.com/goharbor/harbor/blob/main/src/server/middleware/immutable/pushmf.go
    immutable: {
      status: 412,
      code: 'PRECONDITION',
      message: "Failed to process request due to 'train:1' configured as immutable.",
    },
  },
  Quay: {
    auth: 'token',
    // https://github.com/helm/helm/issues/31567
    unknownRepository: {
      pull: UNAUTHORIZED,
      push: { status: 404, code: 'NAME_UNKNOWN', message: 'repository name not known to registry' },
    },
    readOnly: UNAUTHORIZED,
    // Its own address, whoever asks: https://github.com/quay/quay/blob/master/endpoints/v2/blob.py
    location: absolute,
    redirect: absolute,
    // https://github.com/quay/quay/blob/master/endpoints/v2/errors.py
    immutable: { status: 409, code: 'TAG_ALREADY_EXISTS', message: 'tag was already pushed' },
  },
  GitLab: {
    auth: 'token',
    // A project that may not be read: https://github.com/canonical/microk8s/issues/4754
    unknownToken: { ...DENIED, message: 'access forbidden' },
    readOnly: DENIED,
    location: absolute,
    redirect: absolute,
    // https://docs.gitlab.com/user/packages/container_registry/immutable_container_tags ; the status is distribution's.
    immutable: { ...DENIED, message: 'requested access to the resource is denied: immutable tag' },
  },
  Artifactory: {
    auth: 'token',
    // A virtual repository, and for a missing tag alike: https://github.com/google/go-containerregistry/pull/1691
    unknownRepository: { pull: DENIED },
    unknownTag: DENIED,
    // https://github.com/jfrog/teamcity-artifactory-plugin/issues/177
    readOnly: { ...DENIED, message: 'User is unauthorized to upload to docker-local/acme/train/_uploads' },
    location: absolute,
    redirect: absolute,
    // Without the right to overwrite: https://github.com/GoogleContainerTools/kaniko/issues/1095
    immutable: { status: 403, code: 'MANIFEST_INVALID', message: 'manifest invalid: HTTP 403 Forbidden' },
  },
  Nexus: {
    auth: 'basic',
    // https://github.com/sonatype/nexus-public/issues/967
    mount: UNAUTHORIZED,
    readOnly: UNAUTHORIZED,
    location: (place) => place,
    // https://github.com/GoogleContainerTools/jib/issues/3057
    immutable: {
      status: 400,
      code: 'BLOB_UPLOAD_INVALID',
      message: 'blob upload invalid: Repository does not allow updating assets: docker',
    },
  },
} as const satisfies Readonly<Record<string, Manner>>;
