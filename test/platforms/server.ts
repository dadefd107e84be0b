// A platform of the tests: a web server with a state, which can be as bad as real ones are.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from './container.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Groups of the pattern of its route. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes are sent as they are, anything else as JSON. */
  readonly body: unknown;
}

export interface Route {
  readonly method: string;
  /** Of the whole path. */
  readonly path: RegExp;
  answer(request: Request): Promise<Reply> | Reply;
}

/** What goes wrong with a request. */
export type Fault =
  /** It is done, and the answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** It is not done. */
  | { readonly kind: 'lost-request' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** It is answered late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Half of the answer comes. */
  | { readonly kind: 'cut' };

export interface PlannedFault {
  readonly fault: Fault;
  readonly when: (request: Pick<Request, 'method' | 'path'>) => boolean;
  /** How often it is met; once without it. */
  times?: number;
}

export interface Platform {
  readonly url: string;
  /** `POST /api/v0/executions/`, as they came. */
  readonly requests: readonly string[];
  /** Those that are still to come are met in order. */
  readonly faults: PlannedFault[];
  /** Everything that a test may have left is taken away. */
  close(): Promise<void>;
}

export async function startPlatform(
  routes: readonly Route[],
  containers: () => Iterable<Container>,
): Promise<Platform> {
  const requests: string[] = [];
  const faults: PlannedFault[] = [];
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      process.stderr.write(`a platform of the tests: ${String(error)}\n`);
      response.destroy();
    });
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://platform.test');
    const body = Buffer.concat(await incoming.toArray());
    const { headers, method = 'GET' } = incoming;
    const request = { method, path: url.pathname, query: url.searchParams, headers, body };
    requests.push(`${method} ${url.pathname}`);
    const fault = nextFault(faults, request);
    if (fault?.kind === 'slow') await sleep(fault.milliseconds);
    if (fault?.kind === 'lost-request') return void response.destroy();
    const reply = fault?.kind === 'status' ? failing(fault) : await answer(request);
    if (fault?.kind === 'lost-answer') return void response.destroy();
    send(response, reply, fault?.kind === 'cut');
  }

  async function answer(request: Omit<Request, 'params'>): Promise<Reply> {
    for (const route of routes) {
      const groups = route.method === request.method && route.path.exec(request.path);
      if (groups) return await route.answer({ ...request, params: { ...groups.groups } });
    }
    return { status: 404, body: { message: `no such thing: ${request.method} ${request.path}` } };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...containers()].map((one) => one.remove()));
    },
  };
}

function nextFault(faults: PlannedFault[], request: Pick<Request, 'method' | 'path'>): Fault | undefined {
  const planned = faults.find(({ times = 1, when }) => times > 0 && when(request));
  if (planned === undefined) return undefined;
  planned.times = (planned.times ?? 1) - 1;
  return planned.fault;
}

function failing({ headers = {}, status }: Extract<Fault, { kind: 'status' }>): Reply {
  return { status, headers, body: { message: `status ${status}`, detail: `status ${status}` } };
}

function send(response: ServerResponse, { body, headers = {}, status = 200 }: Reply, half: boolean): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  if (!half) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}

/** A request as JSON. */
export function jsonOf<T>({ body }: Pick<Request, 'body'>): T {
  return JSON.parse(body.toString()) as T;
}
