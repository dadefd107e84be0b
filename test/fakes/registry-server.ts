import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGate } from './registry-gate.ts';
import type { Manner } from './registry-manners.ts';
import { type Arrival, problem, type Reply, refused, reply } from './registry-reply.ts';

/** An OCI distribution registry in memory, on a real server, that can be told to misbehave. */
export interface FakeRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly url: string;
  /** Every request that came, in order, tokens included. */
  readonly requests: readonly FakeRequest[];
  readonly state: FakeState;
  /** Of the request with this number, counted from 0 over all requests; `times` of them from there on. */
  fault(at: number, fault: Fault, times?: number): void;
  /** Called with each request before it is answered; true: it never is. */
  watch: (() => boolean) | undefined;
  /** Called before each request is carried out, for what other clients do meanwhile. */
  before(act: (request: FakeRequest) => void): void;
  /** Puts an image in place without any request. */
  seed(path: string, tag: string, image: SeedImage): Seeded;
  close(): Promise<void>;
}

export interface FakeRegistryOptions {
  readonly auth?: 'none' | 'basic' | 'token';
  readonly username?: string;
  readonly password?: string;
  /** Whether that user may push; `reader` with the same password never may. */
  readonly mayPush?: boolean;
  /** What is known to be done by which product; its authentication counts as well. */
  readonly manner?: Manner;
  /** Whether the blob uploads may be mounted in the same repository. */
  readonly mount?: boolean;
  /** What is said to every upload that asks for a mount. */
  readonly mountStatus?: number;
  /** Whether answers carry `Docker-Content-Digest`. */
  readonly digestHeader?: boolean;
  readonly tokenSeconds?: number;
  /** Whether what is about an image is listed: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
  readonly referrers?: boolean;
  /** What may be removed: distribution 2 removes manifests, and no tag alone. */
  readonly deletes?: 'nothing' | 'manifests' | 'tags';
  /** How long what was sent is not seen, by a clock of the test. */
  readonly lag?: Lag;
}

export interface Lag {
  readonly now: () => number;
  /** Milliseconds until a reader sees a manifest. */
  readonly manifests?: number;
  /** Milliseconds until a manifest may name a blob. */
  readonly blobs?: number;
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly token: boolean;
}

export interface FakeState {
  /** `<path> <digest>` → bytes */
  readonly blobs: Map<string, Buffer>;
  /** `<path> <digest>` → manifest */
  readonly manifests: Map<string, StoredManifest>;
  /** `<path>:<tag>` → digest */
  readonly tags: Map<string, string>;
  readonly uploads: Set<string>;
  /** That somebody made, empty or not. */
  readonly repositories: Set<string>;
  /** When what was pushed came, by `<path> <digest>`. */
  readonly since: Map<string, number>;
}

interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface SeedImage {
  readonly config?: object;
  readonly layers?: readonly Buffer[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Wraps the image in an index, beside an image of another platform and an attestation. */
  readonly index?: boolean;
}

export interface Seeded {
  /** Of what stands under the tag. */
  readonly digest: string;
  /** Of the image itself. */
  readonly manifest: string;
  readonly config: string;
}

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut before anything was done. */
  | { readonly kind: 'reset' }
  /** The connection is ended without an answer. */
  | { readonly kind: 'close' }
  /** Nothing is said, and nothing is done. */
  | { readonly kind: 'silence' }
  /** The answer comes byte by byte, and `tick` is called with each. */
  | { readonly kind: 'drip'; readonly tick: () => void }
  /** The request is carried out and its answer lost. */
  | { readonly kind: 'reset-after' }
  /** The answer is cut after its headers. */
  | { readonly kind: 'truncate' }
  | { readonly kind: 'header'; readonly name: string; readonly value: string | undefined }
  | { readonly kind: 'bytes'; readonly bytes: string }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number };

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MANIFEST_UNKNOWN = { status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' };
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const requests: FakeRequest[] = [];
  const faults = new Map<number, Fault>();
  const state: FakeState = {
    blobs: new Map(),
    manifests: new Map(),
    tags: new Map(),
    uploads: new Set(),
    repositories: new Set(),
    since: new Map(),
  };
  const acts: ((request: FakeRequest) => void)[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const registry = createHandler(options, state, host);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${host}`);
    const authorization = request.headers.authorization;
    const number = requests.length;
    const method = request.method ?? 'GET';
    const seen = { method, path: url.pathname + url.search, authorization, token: url.pathname === '/token' };
    requests.push(seen);
    for (const act of acts) act(seen);
    const fault = faults.get(number);
    if (cutOff(request, fault)) return;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const arrival = { method, url, body: Buffer.concat(chunks), authorization };
    answer(arrival, response, fault);
  }

  function answer(arrival: Arrival, response: ServerResponse, fault: Fault | undefined): void {
    const reply = instead(fault) ?? altered(registry(arrival), fault);
    if (fault?.kind === 'reset-after') response.socket?.destroy();
    else if (fault?.kind === 'truncate') truncate(response, reply);
    else if (fault?.kind === 'drip' && hasBody(arrival, reply)) drip(response, reply, fault.tick);
    else send(response, arrival, reply);
  }

  const fake: FakeRegistry = {
    host,
    url: `http://${host}`,
    requests,
    state,
    fault(at, fault, times = 1) {
      for (let number = at; number < at + Math.min(times, 1000); number += 1) faults.set(number, fault);
    },
    before: (act) => void acts.push(act),
    seed: (path, tag, image) => seed(state, path, tag, image),
    close: () => closeServer(server),
    watch: undefined,
  };
  return fake;
}

/** Whether the request is not even read. */
function cutOff({ socket }: IncomingMessage, fault: Fault | undefined): boolean {
  if (fault?.kind === 'reset') socket.destroy();
  if (fault?.kind === 'close') socket.end();
  return fault?.kind === 'reset' || fault?.kind === 'close' || fault?.kind === 'silence';
}

/** What is said without carrying the request out. */
function instead(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === 'status')
    return reply(fault.status, { ...fault.headers }, Buffer.from(fault.body ?? ''));
  if (fault?.kind === 'redirect') return reply(fault.status ?? 307, { location: fault.to });
  return undefined;
}

function altered(reply: Reply, fault: Fault | undefined): Reply {
  if (fault?.kind === 'bytes') return { ...reply, body: Buffer.from(fault.bytes) };
  if (fault?.kind !== 'header') return reply;
  const { [fault.name]: _, ...others } = reply.headers;
  return { ...reply, headers: fault.value === undefined ? others : { ...others, [fault.name]: fault.value } };
}

function send(response: ServerResponse, { method }: Arrival, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  response.end(method === 'HEAD' ? undefined : body);
}

function truncate(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': String(body.length + 10) });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

/** Where there is none, nothing can come of it slowly. */
function hasBody({ method }: Arrival, { status }: Reply): boolean {
  return method !== 'HEAD' && status !== 204;
}

function drip(response: ServerResponse, { status, headers }: Reply, tick: () => void): void {
  response.writeHead(status, { ...headers, 'content-length': '100000' });
  const timer = setInterval(() => {
    tick();
    response.write(' ');
  }, 1);
  response.on('close', () => clearInterval(timer));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

type Handler = (arrival: Arrival) => Reply;

function createHandler(options: FakeRegistryOptions, state: FakeState, host: string): Handler {
  const exists = (path: string): boolean => existsIn(state, path);
  const gate = createGate(options, { host, exists });
  const world = { options, state, host };
  return (arrival) => {
    const { pathname } = arrival.url;
    const route = routeOf(arrival);
    if (pathname === '/token') return gate.token(arrival);
    // Signed addresses are for whoever has them.
    if (pathname.startsWith('/storage/')) return getStored(pathname, world);
    const refusal = gate.challenge(arrival, route?.path ?? '', isReading(arrival) ? 'pull' : 'push');
    return refusal ?? handle(arrival, route, world);
  };
}

function existsIn(state: FakeState, path: string): boolean {
  if (state.repositories.has(path)) return true;
  return [...state.manifests.keys()].some((key) => key.startsWith(`${path} `));
}

function greet({ url }: Arrival): Reply {
  return reply(url.pathname === '/v2/' ? 200 : 404);
}

function isReading({ method }: Arrival): boolean {
  return method === 'GET' || method === 'HEAD';
}

interface Route {
  readonly path: string;
  readonly kind: string;
  readonly name: string;
}

function routeOf({ url }: Arrival): Route | undefined {
  const match = /^(?:\/v2|\/uploads)\/(.+)\/(manifests|blobs\/uploads|blobs|referrers|tags)\/(.*)$/.exec(
    url.pathname,
  );
  const [, path, kind, name] = match ?? [];
  return path === undefined || kind === undefined || name === undefined ? undefined : { path, kind, name };
}

interface World {
  readonly options: FakeRegistryOptions;
  readonly state: FakeState;
  readonly host: string;
}

function handle(arrival: Arrival, route: Route | undefined, world: World): Reply {
  if (route === undefined) return greet(arrival);
  if (route.kind === 'manifests' && arrival.method === 'DELETE') return deleteManifest(route, world);
  if (route.kind === 'manifests')
    return arrival.method === 'PUT' ? putManifest(arrival, route, world) : getManifest(route, world);
  if (route.kind === 'blobs') return getBlob(route, world);
  if (route.kind === 'referrers') return getReferrers(arrival, route, world);
  if (route.kind === 'tags') return getTags(arrival, route, world);
  return handleUpload(arrival, route, world);
}

function handleUpload(arrival: Arrival, route: Route, world: World): Reply {
  if (arrival.method === 'POST') return startUpload(arrival, route, world);
  if (arrival.method === 'PUT') return finishUpload(arrival, route, world);
  if (arrival.method === 'DELETE') return reply(world.state.uploads.delete(route.name) ? 204 : 404);
  return reply(405);
}

function isSeen(
  key: string,
  kind: 'manifests' | 'blobs',
  { lag }: FakeRegistryOptions,
  state: FakeState,
): boolean {
  const since = state.since.get(key);
  return lag === undefined || since === undefined || lag.now() - since >= (lag[kind] ?? 0);
}

function getManifest({ path, name }: Route, { options, state }: World): Reply {
  const digest = name.startsWith('sha256:') ? name : state.tags.get(`${path}:${name}`);
  const manifest = state.manifests.get(`${path} ${digest}`);
  const seen = isSeen(`${path} ${digest}`, 'manifests', options, state);
  if (digest === undefined || manifest === undefined || !seen)
    return refused(options.manner?.unknownTag ?? MANIFEST_UNKNOWN);
  return reply(200, { 'content-type': manifest.mediaType, ...digestHeader(options, digest) }, manifest.bytes);
}

function putManifest({ body }: Arrival, { path, name }: Route, { options, state }: World): Reply {
  const parsed = JSON.parse(body.toString('utf8')) as {
    mediaType?: string;
    config?: { digest: string };
    layers?: { digest: string }[];
    subject?: { digest: string };
  };
  const needed = [parsed.config, ...(parsed.layers ?? [])].flatMap((descriptor) =>
    descriptor === undefined ? [] : [descriptor.digest],
  );
  const missing = needed.find((digest) => {
    const key = `${path} ${digest}`;
    return !state.blobs.has(key) || !isSeen(key, 'blobs', options, state);
  });
  if (missing !== undefined) return problem(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown ${missing}`);
  const digest = digestOf(body);
  const standing = state.tags.get(`${path}:${name}`);
  const { immutable } = options.manner ?? {};
  if (immutable !== undefined && standing !== undefined && standing !== digest) return refused(immutable);
  if (options.lag !== undefined) state.since.set(`${path} ${digest}`, options.lag.now());
  state.manifests.set(`${path} ${digest}`, { mediaType: parsed.mediaType ?? OCI_MANIFEST, bytes: body });
  if (!name.startsWith('sha256:')) state.tags.set(`${path}:${name}`, digest);
  return reply(201, {
    location: `/v2/${path}/manifests/${digest}`,
    ...digestHeader(options, digest),
    ...subjectHeader(options, parsed.subject?.digest),
  });
}

function subjectHeader({ referrers }: FakeRegistryOptions, subject: string | undefined) {
  return referrers === true && subject !== undefined ? { 'oci-subject': subject } : {};
}

/** In pages of two. */
function getReferrers({ url }: Arrival, { path, name }: Route, { options, state, host }: World): Reply {
  if (options.referrers !== true) return reply(404, {}, Buffer.from('404 page not found'));
  const about = [...state.manifests.entries()]
    .filter(([key]) => key.startsWith(`${path} `))
    .map(([key, { bytes }]) => [key.slice(path.length + 1), bytes] as const)
    .filter(([, bytes]) => JSON.parse(bytes.toString('utf8')).subject?.digest === name);
  const from = Number(url.searchParams.get('from') ?? 0);
  const manifests = about.slice(from, from + 2).map(([digest, bytes]) => ({
    mediaType: OCI_MANIFEST,
    digest,
    size: bytes.length,
    artifactType: JSON.parse(bytes.toString('utf8')).artifactType,
  }));
  const next = `<http://${host}/v2/${path}/referrers/${name}?from=${from + 2}>; rel="next"`;
  return reply(
    200,
    { 'content-type': OCI_INDEX, ...(about.length > from + 2 ? { link: next } : {}) },
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })),
  );
}

function deleteManifest({ path, name }: Route, { options, state }: World): Reply {
  const { deletes = 'nothing' } = options;
  const isDigest = name.startsWith('sha256:');
  if (deletes === 'nothing' || (deletes === 'manifests' && !isDigest))
    return problem(405, 'UNSUPPORTED', 'The operation is unsupported.');
  if (!isDigest) return reply(state.tags.delete(`${path}:${name}`) ? 202 : 404);
  const tags = [...state.tags].filter(([tag, digest]) => tag.startsWith(`${path}:`) && digest === name);
  for (const [tag] of tags) state.tags.delete(tag);
  return reply(state.manifests.delete(`${path} ${name}`) ? 202 : 404);
}

/** In pages of two. */
function getTags({ url }: Arrival, { path }: Route, { state, host }: World): Reply {
  const all = [...state.tags.keys()]
    .filter((key) => key.startsWith(`${path}:`))
    .map((key) => key.slice(path.length + 1))
    .sort();
  if (all.length === 0) return problem(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const from = all.findIndex((tag) => tag > (url.searchParams.get('last') ?? ''));
  const tags = all.slice(from, from + 2);
  const next = `<http://${host}/v2/${path}/tags/list?n=2&last=${tags.at(-1)}>; rel="next"`;
  const body = Buffer.from(JSON.stringify({ name: path, tags }));
  return reply(200, all.length > from + 2 ? { link: next } : {}, body);
}

function getBlob({ path, name }: Route, { options, state, host }: World): Reply {
  const blob = state.blobs.get(`${path} ${name}`);
  if (blob === undefined) return problem(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  const headers = digestHeader(options, name);
  const { redirect } = options.manner ?? {};
  if (redirect !== undefined)
    return reply(307, { ...headers, location: redirect(`/storage/${path}/${name}`, host) });
  return reply(200, { 'content-type': 'application/octet-stream', ...headers }, blob);
}

function getStored(pathname: string, { state }: World): Reply {
  const [, path, digest] = /^\/storage\/(.+)\/(sha256:\w+)$/.exec(pathname) ?? [];
  const blob = state.blobs.get(`${path} ${digest}`);
  return blob === undefined ? reply(403) : reply(200, {}, blob);
}

function startUpload({ url }: Arrival, { path }: Route, { options, state, host }: World): Reply {
  const { mustExist, mount, location = (place: string) => place } = options.manner ?? {};
  if (mustExist !== undefined && !existsIn(state, path)) return refused(mustExist);
  if (mount !== undefined && url.searchParams.has('mount')) return refused(mount);
  const digest = url.searchParams.get('mount');
  const from = url.searchParams.get('from');
  if (options.mountStatus !== undefined && digest !== null)
    return problem(options.mountStatus, 'UNSUPPORTED', 'no mounts');
  if (
    options.mount !== false &&
    options.manner?.mounts !== false &&
    digest !== null &&
    state.blobs.has(`${from} ${digest}`)
  ) {
    const bytes = state.blobs.get(`${from} ${digest}`) as Buffer;
    state.blobs.set(`${path} ${digest}`, bytes);
    return reply(201, { location: `/v2/${path}/blobs/${digest}`, ...digestHeader(options, digest) });
  }
  const id = randomUUID();
  state.uploads.add(id);
  return reply(202, {
    location: location(`/v2/${path}/blobs/uploads/${id}?_state=${id.slice(0, 8)}%3D%3D`, host),
    'docker-upload-uuid': id,
  });
}

function finishUpload({ url, body }: Arrival, { path, name }: Route, { options, state }: World): Reply {
  if (!state.uploads.has(name)) return problem(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  const digest = url.searchParams.get('digest');
  if (digest !== digestOf(body))
    return problem(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  state.uploads.delete(name);
  if (options.lag !== undefined) state.since.set(`${path} ${digest}`, options.lag.now());
  state.blobs.set(`${path} ${digest}`, body);
  return reply(201, { location: `/v2/${path}/blobs/${digest}`, ...digestHeader(options, digest) });
}

function digestHeader(
  { digestHeader = true, manner }: FakeRegistryOptions,
  digest: string,
): Record<string, string> {
  return digestHeader && manner?.digestHeader !== false ? { 'docker-content-digest': digest } : {};
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function seed(state: FakeState, path: string, tag: string, image: SeedImage): Seeded {
  const layers = image.layers ?? [Buffer.from('layer')];
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: {
        type: 'layers',
        diff_ids: layers.map((layer) => digestOf(Buffer.concat([Buffer.from('tar '), layer]))),
      },
      ...image.config,
    }),
  );
  for (const blob of [config, ...layers]) state.blobs.set(`${path} ${digestOf(blob)}`, blob);
  const manifest = storeManifest(state, path, OCI_MANIFEST, {
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: layers.map((layer) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: digestOf(layer),
      size: layer.length,
    })),
    ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
  });
  const digest = image.index === true ? storeManifest(state, path, OCI_INDEX, indexOf(manifest)) : manifest;
  state.tags.set(`${path}:${tag}`, digest);
  return { digest, manifest, config: digestOf(config) };
}

function indexOf(manifest: string): object {
  const entry = (digest: string, os: string, architecture: string) => ({
    mediaType: OCI_MANIFEST,
    digest,
    size: 500,
    platform: { os, architecture },
  });
  return {
    manifests: [
      entry(digestOf('arm'), 'linux', 'arm64'),
      entry(manifest, 'linux', 'amd64'),
      entry(digestOf('attestation'), 'unknown', 'unknown'),
    ],
  };
}

function storeManifest(state: FakeState, path: string, mediaType: string, content: object): string {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  const digest = digestOf(bytes);
  state.manifests.set(`${path} ${digest}`, { mediaType, bytes });
  return digest;
}
