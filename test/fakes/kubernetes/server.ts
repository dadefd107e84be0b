import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Program } from '../engine-server.ts';
import { type Ending, type Kubelet, type PodFate, type RunningPod, runPod } from './kubelet.ts';
import { type KubeObject, KubeStore } from './store.ts';
import { execute, sendLog, take } from './streams.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';

/** Looked at before each request; true when it was answered, or cut, here. */
export type KubeFault = (call: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** An API server with a Job controller and one node, on a real server. */
export interface FakeKubernetes {
  readonly url: string;
  readonly store: KubeStore;
  readonly running: ReadonlyMap<string, RunningPod>;
  /** References that the node can pull. */
  readonly images: Set<string>;
  /** Namespaces that there are. */
  readonly namespaces: Set<string>;
  /** `METHOD /path` without query, in order; `WATCH` and `EXEC` are what they are. */
  readonly calls: string[];
  /** How the container of a program ended, beside its code. */
  readonly endings: Map<string, Partial<Ending>>;
  /** What its pods meet in place of running. */
  fate: PodFate;
  fault: KubeFault | undefined;
  /** Why no pod is made; undefined: they are. */
  refusal: string | undefined;
  /** A log whose stream ends with nothing said, after so many lines. */
  linesPerStream: number | undefined;
  /** So many answers of commands in a container break off in their middle. */
  brokenCommands: number;
  /** Breaks off all that is being answered. */
  cutConnections(): void;
  /** Lets a suspended Job go. */
  resume(name: string): void;
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly value: object;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export async function startFakeKubernetes(
  programs: Readonly<Record<string, Program>>,
): Promise<FakeKubernetes> {
  const store = new KubeStore();
  const kubelet: Kubelet = {
    store,
    programs,
    images: new Set(),
    running: new Map(),
    waiting: new Map(),
    endings: new Map(),
    fate: (pod, job) => state.fate(pod, job),
    removePod: (pod) => void removePod(pod, pod['spec'].terminationGracePeriodSeconds),
  };
  const namespaces = new Set(['default', 'ml']);
  const calls: string[] = [];
  const state = {
    fault: undefined as KubeFault | undefined,
    refusal: undefined as string | undefined,
    linesPerStream: undefined as number | undefined,
    brokenCommands: 0,
    fate: (() => undefined) as PodFate,
  };

  function startJob(job: KubeObject): void {
    const { namespace = '', name, uid } = job.metadata;
    if (state.refusal !== undefined) {
      const event = {
        kind: 'Event',
        involvedObject: { uid },
        reason: 'FailedCreate',
        message: state.refusal,
      };
      store.create('events', namespace, {
        ...event,
        metadata: { name: `${name}.1` } as KubeObject['metadata'],
      });
      return;
    }
    const { completionMode, completions, template } = job['spec'];
    for (let index = 0; index < completions; index++) {
      const own = completionMode === 'Indexed' ? { [INDEX]: String(index) } : {};
      const pod = store.create('pods', namespace, {
        kind: 'Pod',
        spec: template.spec,
        status: { phase: 'Pending' },
        metadata: {
          ...template.metadata,
          annotations: { ...template.metadata.annotations, ...own },
          name: `${name}-x${store.version}`,
          ownerReferences: [{ uid }],
        },
      });
      void runPod(job, pod, kubelet);
    }
  }

  /** A pod goes away once its processes have ended. */
  async function removePod(pod: KubeObject, grace: number): Promise<void> {
    const { namespace = '', name } = pod.metadata;
    store.update('pods', pod, (draft) => {
      draft.metadata.deletionTimestamp ??= new Date().toISOString();
    });
    const running = kubelet.running.get(name);
    if (running !== undefined && !running.isOver) {
      running.stopping.abort();
      setTimeout(running.kill, grace * 1_000).unref();
      await running.ended;
      await sleep(5);
    }
    store.remove('pods', namespace, name);
    kubelet.running.delete(name);
  }

  function create({ path, query }: Asked, body: KubeObject): Reply {
    const { namespace, resource } = partsOf(path);
    const { name } = body.metadata;
    if (!namespaces.has(namespace)) return refusal(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (store.get(resource, namespace, name) !== undefined)
      return refusal(409, 'AlreadyExists', `${resource} "${name}" already exists`);
    if (query.get('dryRun') === 'All') return { status: 201, value: body };
    const made = store.create(resource, namespace, body);
    if (resource === 'jobs' && made['spec'].suspend !== true) startJob(made);
    return { status: 201, value: made };
  }

  function remove({ path }: Asked, { gracePeriodSeconds }: { readonly gracePeriodSeconds?: number }): Reply {
    const { namespace, resource, name = '' } = partsOf(path);
    const object = store.get(resource, namespace, name);
    if (object === undefined) return refusal(404, 'NotFound', `${resource} "${name}" not found`);
    const isPod = resource === 'pods';
    if (!isPod) store.remove(resource, namespace, name);
    for (const pod of isPod ? [object] : store.ownedBy(object.metadata.uid, 'pods'))
      void removePod(pod, gracePeriodSeconds ?? pod['spec'].terminationGracePeriodSeconds);
    return { status: 200, value: { kind: 'Status', status: 'Success' } };
  }

  function readOne(resource: string, namespace: string, name: string): Reply {
    const value = store.get(resource, namespace, name);
    if (value !== undefined) return { status: 200, value };
    return refusal(404, 'NotFound', `${resource} "${name}" not found`);
  }

  /** undefined: it is answered as it comes. */
  function read(asked: Asked): Reply | undefined {
    const { path, query } = asked;
    if (path === '/version') return { status: 200, value: { major: '1', minor: '37' } };
    const { namespace, resource, name, what } = partsOf(path);
    if (what === 'log') return readLog(asked, name ?? '');
    if (name !== undefined) return readOne(resource, namespace, name);
    if (query.get('watch') === 'true') return watch(asked, resource, namespace);
    const items = store.list(resource, namespace).filter((object) => isSelected(object, query));
    const metadata = { resourceVersion: String(store.version) };
    return { status: 200, value: { kind: 'List', metadata, items } };
  }

  function watch({ query, response }: Asked, resource: string, namespace: string): undefined {
    const after = Number(query.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (after < store.oldest) {
      const object = { kind: 'Status', code: 410, reason: 'Expired' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    const stop = store.follow(resource, namespace, after, ({ type, object }) => {
      if (isSelected(object, query)) response.write(`${JSON.stringify({ type, object })}\n`);
    });
    response.once('close', stop);
  }

  function readLog({ query, response }: Asked, name: string): Reply | undefined {
    const running = kubelet.running.get(name);
    if (running === undefined) return refusal(404, 'NotFound', `pods "${name}" not found`);
    response.writeHead(200).flushHeaders();
    const follow = query.get('follow') === 'true';
    const most = follow ? state.linesPerStream : undefined;
    void sendLog(running, { follow, most, since: query.get('sinceTime') ?? '' }, response);
    return undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://cluster');
    const method = request.method ?? '';
    calls.push(`${searchParams.get('watch') === 'true' ? 'WATCH' : method} ${pathname}`);
    const body = await text(request);
    if (state.fault?.(`${method} ${pathname}`, request, response)) return;
    const asked = { method, path: pathname, query: searchParams, request, response };
    const reply = replyTo(asked, body);
    if (reply !== undefined) send(response, reply);
  }

  function replyTo(asked: Asked, body: string): Reply | undefined {
    if (asked.method === 'POST') return create(asked, JSON.parse(body) as KubeObject);
    if (asked.method === 'DELETE') return remove(asked, JSON.parse(body === '' ? '{}' : body));
    return read(asked);
  }

  const server = createServer((request, response) => void handle(request, response));
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'v5.channel.k8s.io' });
  sockets.on('connection', (socket, request) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://cluster');
    calls.push(`EXEC ${pathname}`);
    const name = pathname.split('/').at(-2) ?? '';
    const running = kubelet.running.get(name);
    const start = kubelet.waiting.get(name);
    const isBroken = state.brokenCommands > 0;
    if (isBroken) state.brokenCommands -= 1;
    if (searchParams.get('stdin') === 'true' && start !== undefined)
      return void take(socket, start, isBroken);
    void execute(socket, running, { command: searchParams.getAll('command'), isBroken });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    running: kubelet.running,
    images: kubelet.images as Set<string>,
    endings: kubelet.endings,
    namespaces,
    calls,
    cutConnections: () => server.closeAllConnections(),
    resume(name: string) {
      const job = store.list('jobs').find(({ metadata }) => metadata.name === name);
      if (job === undefined) throw new Error(`there is no Job ${name}`);
      store.update('jobs', job, (draft) => {
        draft['spec'].suspend = false;
      });
      startJob(job);
    },
    async close() {
      for (const { kill } of kubelet.running.values()) kill();
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function isSelected(object: KubeObject, query: URLSearchParams): boolean {
  const labels = (query.get('labelSelector') ?? '').split(',').filter((one) => one !== '');
  const fields = (query.get('fieldSelector') ?? '').split(',').filter((one) => one !== '');
  return (
    labels.every((one) => {
      const [key = '', value] = one.split('=');
      return object.metadata.labels?.[key] === value;
    }) &&
    fields.every((one) => {
      const [path = '', value] = one.split('=');
      const found = path
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], object);
      return found === value;
    })
  );
}

function partsOf(path: string) {
  const pattern =
    /namespaces\/(?<namespace>[^/]+)\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<what>[^/]+))?$/;
  const { namespace = '', resource = '', name, what } = pattern.exec(path)?.groups ?? {};
  return { namespace, resource, name, what };
}

export function send(response: ServerResponse, { status, value }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function refusal(code: number, reason: string, message: string): Reply {
  return { status: code, value: { kind: 'Status', status: 'Failure', code, reason, message } };
}
