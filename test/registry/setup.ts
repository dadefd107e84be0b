import { createFetch, type FetchOptions } from '../../src/io/http/fetch.ts';
import type { ImageBytes } from '../../src/oci/image.ts';
import type { Digest, Layer, Repository } from '../../src/oci/types.ts';
import { createRegistry } from '../../src/registry/client.ts';
import { createCredentials, type FindCredential } from '../../src/registry/login/credentials.ts';
import { parseRegistryAuth } from '../../src/registry/login/registry-auth.ts';
import { type FakeClock, fakeClock } from '../fakes/clock.ts';
import { digestOf, type FakeRegistry } from '../fakes/registry-server.ts';

export const LINUX = { os: 'linux', architecture: 'amd64' } as const;

export interface Setup {
  readonly registry: ReturnType<typeof createRegistry>;
  readonly clock: FakeClock;
  readonly lines: string[];
  readonly repository: Repository;
  readonly find: FindCredential;
}

interface SetupOptions {
  readonly path?: string;
  readonly registryAuth?: string;
  readonly random?: number;
  readonly destination?: Repository;
  readonly signal?: AbortSignal;
  readonly clock?: FakeClock;
  readonly fetch?: Partial<FetchOptions>;
  readonly rememberIn?: string;
}

/** A client with a clock of its own before a fake registry, logged in with what the fake expects. */
export function setUp(
  fake: Pick<FakeRegistry, 'host'>,
  {
    path = 'acme/train',
    registryAuth = '',
    random = 0.5,
    destination,
    signal,
    clock = fakeClock(random),
    fetch = {},
    rememberIn,
  }: SetupOptions = {},
): Setup {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const send = createFetch({ clock, userAgent: 'jobimg-test', signal, ...fetch });
  const credentials = createCredentials({
    registryAuth: parseRegistryAuth(
      registryAuth || `- {registry: "${fake.host}", username: user, password: secret}`,
    ),
    exec: async () => ({ code: 1, stdout: 'credentials not found', stderr: '' }),
    mask: () => undefined,
    log,
  });
  const registry = createRegistry({ fetch: send, credentials, clock, log, destination, signal, rememberIn });
  return { registry, clock, lines, repository: { registry: fake.host, path }, find: credentials.find };
}

/** Requests without those for tokens and those that were only challenged. */
export function countedRequests(fake: FakeRegistry): readonly string[] {
  return fake.requests.filter(({ token }) => !token).map(({ method, path }) => `${method} ${path}`);
}

export function layerOf(text: string): Layer {
  const bytes = Buffer.from(text);
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digestOf(bytes) as Digest,
    diffId: digestOf(`tar of ${text}`) as Digest,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** An image of one layer, ready to be pushed. */
export function imageOf(text: string): ImageBytes {
  return imageOfLayers([text]);
}

export function imageOfLayers(texts: readonly string[]): ImageBytes {
  const layers = texts.map(layerOf);
  const config = layerOf(`config of ${texts.join(' and ')}`);
  const descriptor = ({ mediaType, digest, size }: Layer) => ({ mediaType, digest, size });
  const manifest = { schemaVersion: 2, config: descriptor(config), layers: layers.map(descriptor) };
  return {
    blobs: [config, ...layers],
    manifest: Buffer.from(JSON.stringify(manifest)),
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
  };
}
