import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeFile, pathInside, readFiles, sizeOf, writeFiles } from './engine-archive.ts';

/** What a program of a container can do; it comes back with its exit code. */
export interface Process {
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Aborted by SIGTERM, with its reason; by SIGKILL the program is simply forgotten. */
  readonly stopping: AbortSignal;
  /** By absolute path, such as code that was put in, or outputs to leave behind. */
  readonly files: Map<string, FakeFile>;
  print(text: string | Uint8Array, stream?: 'stdout' | 'stderr'): void;
}

export type Program = (process: Process) => number | Promise<number>;

export interface FakeContainer {
  readonly id: string;
  name: string;
  readonly body: CreateBody;
  readonly files: Map<string, FakeFile>;
  readonly log: LogEntry[];
  state: 'created' | 'running' | 'exited' | 'removing';
  exitCode: number;
  error: string;
  oomKilled: boolean;
  startedAt: number;
  finishedAt: number;
  /** Seconds that its process is there, as the kernel counts them. */
  elapsed: () => number;
  readonly stopping: AbortController;
  readonly ended: AbortController;
  /** Milliseconds since 1970, by its wall clock. */
  readonly createdAt: number;
}

export interface CreateBody {
  readonly Image: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly WorkingDir?: string;
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

interface LogEntry {
  readonly stream: number;
  readonly time: string;
  readonly bytes: Uint8Array;
}

export interface FakeImage {
  readonly user?: string;
  readonly workdir?: string;
  readonly env?: readonly string[];
  readonly hasBash?: boolean;
}

/** Looked at before each request; true when it was answered, or cut, here. */
export type Fault = (
  call: string,
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

export interface FakeEngine {
  readonly url: string;
  readonly containers: Map<string, FakeContainer>;
  readonly images: Map<string, FakeImage>;
  /** Labels of the named volumes. */
  readonly volumes: Map<string, Readonly<Record<string, string>>>;
  /** `METHOD /path` without version and query, in order. */
  readonly calls: string[];
  readonly info: Record<string, unknown>;
  /** Images that a pull brings; others are not found. */
  readonly remote: Map<string, FakeImage>;
  readonly pullAuth: (string | undefined)[];
  /** Milliseconds that its wall clock is ahead of ours; to be changed at any time. */
  clockOffset: number;
  /** Whether it has a `ps` to look at processes with. */
  hasPs: boolean;
  fault: Fault | undefined;
  /** Called when a container is started; an error refuses the start. */
  refuseStart: ((container: FakeContainer) => string | undefined) | undefined;
  /** Cuts every connection. */
  cut(): void;
  /** Goes away, and comes back with what it had. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** A Docker engine on a unix socket, as far as a backend can tell; programs are functions, found by their name. */
export async function startFakeEngine(
  socket: string,
  programs: Readonly<Record<string, Program>>,
): Promise<FakeEngine> {
  const engine = new Engine(socket, programs);
  await engine.up();
  return engine;
}

type Route = (match: RegExpExecArray, exchange: Exchange) => void | Promise<void>;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

class Engine implements FakeEngine {
  readonly url: string;
  readonly containers = new Map<string, FakeContainer>();
  readonly images = new Map<string, FakeImage>();
  readonly volumes = new Map<string, Readonly<Record<string, string>>>();
  readonly remote = new Map<string, FakeImage>();
  readonly pullAuth: (string | undefined)[] = [];
  readonly calls: string[] = [];
  readonly info: Record<string, unknown> = {
    NCPU: 4,
    MemTotal: 16e9,
    Runtimes: { runc: {} },
    CDISpecDirs: [],
  };
  clockOffset = 0;
  hasPs = true;
  fault: Fault | undefined;
  refuseStart: ((container: FakeContainer) => string | undefined) | undefined;
  readonly #socket: string;
  readonly #programs: Readonly<Record<string, Program>>;
  readonly #routes: readonly (readonly [RegExp, Route])[];
  #server: Server | undefined;
  #clock = BigInt(Date.now()) * 1_000_000n;

  constructor(socket: string, programs: Readonly<Record<string, Program>>) {
    this.url = `unix://${socket}`;
    this.#socket = socket;
    this.#programs = programs;
    const container = '/containers/([^/]+)';
    this.#routes = [
      [/^GET \/_ping$/, (_, { response }) => send(response, 200, 'OK')],
      [/^GET \/info$/, (_, { response }) => send(response, 200, this.info)],
      [/^GET \/volumes$/, (_, exchange) => this.#listVolumes(exchange)],
      [/^GET \/volumes\/(.+)$/, ([, name = ''], { response }) => this.#inspectVolume(name, response)],
      [/^DELETE \/volumes\/(.+)$/, ([, name = ''], { response }) => this.#removeVolume(name, response)],
      [/^GET \/images\/(.+)\/json$/, ([, name = ''], { response }) => this.#inspectImage(name, response)],
      [/^POST \/images\/create$/, (_, exchange) => this.#pull(exchange)],
      [/^POST \/containers\/create$/, (_, exchange) => this.#create(exchange)],
      [/^GET \/containers\/json$/, (_, exchange) => this.#list(exchange)],
      [
        new RegExp(`^GET ${container}/json$`),
        ([, name = ''], { response, query }) => send(response, 200, inspectionOf(this.#get(name), query)),
      ],
      [
        new RegExp(`^POST ${container}/rename$`),
        ([, name = ''], exchange) => this.#rename(this.#get(name), exchange),
      ],
      [
        new RegExp(`^GET ${container}/changes$`),
        ([, name = ''], { response }) => send(response, 200, changesOf(this.#get(name))),
      ],
      [
        new RegExp(`^GET ${container}/top$`),
        ([, name = ''], exchange) => this.#top(this.#get(name), exchange),
      ],
      [
        new RegExp(`^POST ${container}/start$`),
        ([, name = ''], { response }) => this.#start(this.#get(name), response),
      ],
      [
        new RegExp(`^POST ${container}/stop$`),
        ([, name = ''], exchange) => this.#stop(this.#get(name), exchange),
      ],
      [
        new RegExp(`^POST ${container}/wait$`),
        ([, name = ''], { response }) => this.#wait(this.#get(name), response),
      ],
      [
        new RegExp(`^GET ${container}/logs$`),
        ([, name = ''], exchange) => this.#logs(this.#get(name), exchange),
      ],
      [
        new RegExp(`^DELETE ${container}$`),
        ([, name = ''], exchange) => this.#remove(this.#get(name), exchange),
      ],
      [
        new RegExp(`^HEAD ${container}/archive$`),
        ([, name = ''], exchange) => this.#stat(this.#get(name), exchange),
      ],
      [
        new RegExp(`^GET ${container}/archive$`),
        ([, name = ''], exchange) => this.#getArchive(this.#get(name), exchange),
      ],
      [
        new RegExp(`^PUT ${container}/archive$`),
        ([, name = ''], exchange) => this.#putArchive(this.#get(name), exchange),
      ],
    ];
  }

  async up(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.#socket);
    await once(this.#server, 'listening');
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise((resolve) => server?.close(resolve));
    server?.closeAllConnections();
    await closed;
  }

  cut(): void {
    this.#server?.closeAllConnections();
  }

  async close(): Promise<void> {
    for (const container of this.containers.values()) this.#end(container, 137);
    // Whoever waits for them is told.
    await sleep(20);
    if (this.#server !== undefined) await this.down();
    await rm(this.#socket, { force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
    const call = `${request.method} ${decodeURIComponent(pathname).replace(/^\/v1\.\d+/, '')}`;
    this.calls.push(call);
    response.setHeader('Api-Version', '1.47');
    response.setHeader('Date', new Date(this.#now()).toUTCString());
    try {
      if (await this.fault?.(call, request, response)) return;
      const exchange = { request, response, query: searchParams };
      for (const [pattern, route] of this.#routes) {
        const match = pattern.exec(call);
        if (match === null) continue;
        await route(match, exchange);
        return;
      }
      throw new Refusal(404, `page not found: ${call}`);
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 500;
      send(response, status, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  #now(): number {
    return Date.now() + this.clockOffset;
  }

  #end(container: FakeContainer, exitCode: number): void {
    end(container, exitCode, this.#now());
  }

  #top({ state, elapsed, id }: FakeContainer, { response, query }: Exchange): void {
    if (state !== 'running') throw new Refusal(409, `container ${id} is not running`);
    if (!this.hasPs) throw new Refusal(500, 'exec: "ps": executable file not found in $PATH');
    if (!query.get('ps_args')?.includes('etime')) throw new Refusal(500, 'the fake knows etime alone');
    const time = Math.floor(elapsed());
    const pad = (number: number): string => String(number).padStart(2, '0');
    const text = `${Math.floor(time / 86_400)}-${pad(Math.floor(time / 3_600) % 24)}:${pad(Math.floor(time / 60) % 60)}:${pad(time % 60)}`;
    send(response, 200, { Titles: ['PID', 'ELAPSED'], Processes: [['4711', text]] });
  }

  #get(name: string): FakeContainer {
    const found = [...this.containers.values()].find(
      (container) => container.name === name || container.id === name,
    );
    if (found === undefined) throw new Refusal(404, `No such container: ${name}`);
    return found;
  }

  #inspectImage(name: string, response: ServerResponse): void {
    const image = this.images.get(name);
    if (image === undefined) throw new Refusal(404, `No such image: ${name}`);
    const { user = '', workdir = '', env = ['PATH=/usr/bin:/bin'] } = image;
    send(response, 200, {
      Id: name,
      Architecture: 'amd64',
      Config: { User: user, WorkingDir: workdir, Env: env },
    });
  }

  #pull({ request, response, query }: Exchange): void {
    const name = `${query.get('fromImage')}@${query.get('tag')}`;
    this.pullAuth.push(request.headers['x-registry-auth']?.toString());
    const image = this.remote.get(name);
    if (image !== undefined) this.images.set(name, image);
    const lines = [
      { status: 'Pulling from library' },
      { status: 'Downloading', id: 'a', progressDetail: { current: 1, total: 2 } },
      image === undefined
        ? { error: `failed to resolve reference "${name}": ${name}: not found` }
        : { status: 'Pull complete', id: 'a' },
    ];
    send(response, 200, lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
  }

  async #create({ request, response, query }: Exchange): Promise<void> {
    const name = query.get('name') ?? '';
    const body = JSON.parse(await readText(request)) as CreateBody;
    const taken = [...this.containers.values()].find((container) => container.name === name);
    if (taken !== undefined)
      throw new Refusal(
        409,
        `Conflict. The container name "/${name}" is already in use by container "${taken.id}"`,
      );
    if (!this.images.has(body.Image)) throw new Refusal(404, `No such image: ${body.Image}`);
    const id = createHash('sha256').update(name).update(String(this.#tick())).digest('hex');
    this.containers.set(id, {
      id,
      name,
      body,
      files: new Map(),
      log: [],
      state: 'created',
      exitCode: 0,
      error: '',
      oomKilled: false,
      startedAt: 0,
      finishedAt: 0,
      elapsed: () => 0,
      stopping: new AbortController(),
      ended: new AbortController(),
      createdAt: this.#now(),
    });
    for (const { Source, VolumeOptions } of volumesOf(body))
      if (!this.volumes.has(Source)) this.volumes.set(Source, VolumeOptions?.Labels ?? {});
    send(response, 201, { Id: id, Warnings: [] });
  }

  #list({ response, query }: Exchange): void {
    const { label = [], status = [] } = JSON.parse(query.get('filters') ?? '{}') as {
      label?: string[];
      status?: string[];
    };
    const found = [...this.containers.values()].filter(
      ({ body: { Labels }, state }) =>
        hasLabels(Labels, label) && (status.length === 0 || status.includes(state)),
    );
    send(
      response,
      200,
      found.map(({ id, name, state, body, createdAt }) => ({
        Id: id,
        Names: [`/${name}`],
        Labels: body.Labels,
        State: state,
        Created: Math.floor(createdAt / 1_000),
      })),
    );
  }

  #listVolumes({ response, query }: Exchange): void {
    const { label = [] } = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] };
    const found = [...this.volumes].filter(([, labels]) => hasLabels(labels, label));
    send(response, 200, { Volumes: found.map(([Name, Labels]) => ({ Name, Labels })) });
  }

  #inspectVolume(name: string, response: ServerResponse): void {
    const labels = this.volumes.get(name);
    if (labels === undefined) throw new Refusal(404, `get ${name}: no such volume`);
    send(response, 200, { Name: name, Labels: labels });
  }

  #removeVolume(name: string, response: ServerResponse): void {
    if (!this.volumes.has(name)) throw new Refusal(404, `get ${name}: no such volume`);
    const users = [...this.containers.values()].filter(({ body }) =>
      volumesOf(body).some(({ Source }) => Source === name),
    );
    if (users.length > 0) throw new Refusal(409, `remove ${name}: volume is in use`);
    this.volumes.delete(name);
    send(response, 204, '');
  }

  #start(container: FakeContainer, response: ServerResponse): void {
    if (container.state === 'running') {
      send(response, 304, '');
      return;
    }
    const refusal = this.refuseStart?.(container);
    if (refusal !== undefined) {
      container.error = refusal;
      container.exitCode = 128;
      throw new Refusal(500, refusal);
    }
    container.state = 'running';
    container.startedAt = this.#now();
    const start = performance.now();
    container.elapsed = () => (performance.now() - start) / 1_000;
    send(response, 204, '');
    void this.#execute(container);
  }

  async #execute(container: FakeContainer): Promise<void> {
    const { Cmd, Entrypoint, Env } = container.body;
    const words = [...Entrypoint, ...Cmd];
    const program = this.#programs[words.at(-1) ?? ''] ?? this.#programs[words[0] ?? ''];
    const process: Process = {
      args: words.slice(1),
      env: new Map(Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
      stopping: container.stopping.signal,
      files: container.files,
      print: (text, stream = 'stdout') => this.#log(container, text, stream),
    };
    this.#end(container, program === undefined ? 127 : await program(process));
  }

  /** Nanoseconds; no two entries have the same time unless they are parts of one line. */
  #tick(): bigint {
    this.#clock += 1_000n;
    return this.#clock;
  }

  #log(container: FakeContainer, text: string | Uint8Array, stream: 'stdout' | 'stderr'): void {
    if (container.state !== 'running') return;
    const bytes = Buffer.from(text as string);
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(10, start);
      const end = newline < 0 ? bytes.length : newline + 1;
      const time = timeText(this.#tick());
      for (let part = start; part < end; part += 16_384) {
        container.log.push({
          stream: stream === 'stdout' ? 1 : 2,
          time,
          bytes: bytes.subarray(part, Math.min(end, part + 16_384)),
        });
      }
      start = end;
    }
  }

  async #logs(container: FakeContainer, { response, query }: Exchange): Promise<void> {
    const since = Number(query.get('since') ?? 0);
    const follow = query.get('follow') === 'true';
    response.writeHead(200, { 'content-type': 'application/vnd.docker.multiplexed-stream' });
    response.flushHeaders();
    let index = 0;
    while (
      !response.destroyed &&
      ((follow && container.state === 'running') || index < container.log.length)
    ) {
      const entries = container.log.slice(index, index + 1_000);
      index += entries.length;
      if (entries.length === 0) await sleep(2);
      const frames = entries.filter(({ time }) => Date.parse(time) / 1_000 >= since).map(frameOf);
      response.write(Buffer.concat(frames));
      while (response.writableNeedDrain && !response.destroyed) await sleep(1);
    }
    response.end();
  }

  async #stop(container: FakeContainer, { response, query }: Exchange): Promise<void> {
    if (container.state !== 'running') {
      send(response, 304, '');
      return;
    }
    container.stopping.abort('SIGTERM');
    await Promise.race([
      untilEnded(container),
      sleep(1_000 * Number(query.get('t') ?? 10), undefined, { ref: false }),
    ]);
    this.#end(container, 137);
    send(response, 204, '');
  }

  async #wait(container: FakeContainer, response: ServerResponse): Promise<void> {
    if (container.state === 'running') await untilEnded(container);
    send(response, 200, { StatusCode: container.exitCode });
  }

  #rename(container: FakeContainer, { response, query }: Exchange): void {
    const name = query.get('name') ?? '';
    if ([...this.containers.values()].some((other) => other.name === name))
      throw new Refusal(409, `Conflict. The container name "/${name}" is already in use`);
    container.name = name;
    send(response, 204, '');
  }

  #remove(container: FakeContainer, { response, query }: Exchange): void {
    if (container.state === 'running' && query.get('force') !== 'true')
      throw new Refusal(409, `cannot remove container "${container.id}": container is running`);
    this.#end(container, 137);
    this.containers.delete(container.id);
    send(response, 204, '');
  }

  #getArchive(container: FakeContainer, { response, query }: Exchange): void {
    const path = pathInside('/', query.get('path') ?? '');
    const tar = writeFiles(container.files, path);
    if (tar === undefined)
      throw new Refusal(404, `Could not find the file ${path} in container ${container.name}`);
    response.writeHead(200, { 'content-type': 'application/x-tar' });
    tar.pipe(response);
  }

  async #putArchive(container: FakeContainer, { request, response, query }: Exchange): Promise<void> {
    for await (const [name, file] of readFiles(request)) {
      container.files.set(pathInside(query.get('path') ?? '/', name), file);
    }
    send(response, 200, '');
  }

  #stat(container: FakeContainer, { response, query }: Exchange): void {
    const path = query.get('path') ?? '';
    const isBash = path === '/bin/bash' && this.images.get(container.body.Image)?.hasBash !== false;
    const file = container.files.get(path);
    if (file !== undefined)
      response.setHeader('X-Docker-Container-Path-Stat', statOf(file, container.finishedAt));
    send(response, isBash || file !== undefined ? 200 : 404, '');
  }
}

function end(container: FakeContainer, exitCode: number, time: number): void {
  if (container.state !== 'running') return;
  container.state = 'exited';
  container.exitCode = exitCode;
  container.finishedAt = time;
  container.ended.abort();
}

async function untilEnded({ ended: { signal } }: FakeContainer): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Go's bits of what is no regular file: https://pkg.go.dev/io/fs#FileMode */
const GO_TYPE = { file: 0, link: 0, directory: 0x80000000, symlink: 0x08000000, fifo: 0x02000000 } as const;

function statOf({ type = 'file', mode = 0o644, mtime, ...file }: FakeFile, written: number): string {
  const stat = {
    name: '',
    size: sizeOf(file),
    mode: (GO_TYPE[type] | mode) >>> 0,
    mtime: new Date(mtime ?? written).toISOString(),
  };
  return Buffer.from(JSON.stringify(stat)).toString('base64');
}

function changesOf({ files }: FakeContainer): object {
  return [...files.keys()].map((path) => ({ Path: path, Kind: 1 }));
}

function inspectionOf(container: FakeContainer, query: URLSearchParams): object {
  const { body, error, exitCode, finishedAt, id, name, oomKilled, startedAt, state } = container;
  const sizes = [...container.files.values()].map(sizeOf);
  return {
    Id: id,
    Name: `/${name}`,
    ...(query.get('size') === 'true' ? { SizeRootFs: sizes.reduce((sum, size) => sum + size, 0) } : {}),
    Config: { Labels: body.Labels, WorkingDir: body.WorkingDir ?? '', Env: body.Env },
    HostConfig: body.HostConfig,
    State: {
      Status: state,
      Running: state === 'running',
      OOMKilled: oomKilled,
      ExitCode: exitCode,
      Error: error,
      StartedAt: new Date(startedAt).toISOString(),
      FinishedAt: new Date(finishedAt).toISOString(),
    },
  };
}

function timeText(nanoseconds: bigint): string {
  const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}

export function frameOf({ stream, time, bytes }: LogEntry): Buffer {
  const text = Buffer.concat([Buffer.from(`${time} `), bytes]);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, text]);
}

async function readText(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}

function send(response: ServerResponse, status: number, body: object | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status);
  response.end(status === 204 || status === 304 ? undefined : text);
}

interface VolumeMount {
  readonly Type: string;
  readonly Source: string;
  readonly VolumeOptions?: { readonly Labels?: Readonly<Record<string, string>> };
}

function volumesOf({ HostConfig }: CreateBody): readonly VolumeMount[] {
  const mounts = (HostConfig?.['Mounts'] ?? []) as readonly VolumeMount[];
  return mounts.filter(({ Type }) => Type === 'volume');
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((one) =>
    one.includes('=') ? labels[one.split('=')[0] ?? ''] === one.slice(one.indexOf('=') + 1) : one in labels,
  );
}
