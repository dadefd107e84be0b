import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  accessOf,
  basicUser,
  challenge,
  DENIED,
  type Grant,
  LOGINS,
  type Login,
  MANNERS,
  type Manner,
  type Package,
  pushRefusal,
  type Refusal,
  readRefusal,
  type Token,
  tokenRefusal,
  type User,
  type World,
} from './rules.ts';

export interface GithubRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly user: User;
}

export interface FakeGithubOptions {
  /** `127.0.0.1:<port>` of a registry without authentication, which keeps what is pushed. */
  readonly behind: string;
  readonly manner?: Manner;
}

/** A registry in GHCR's manner: its token server and its rules before a registry that has none. */
export interface FakeGithub {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly logins: Readonly<Record<Grant, Login>>;
  /** By path; a push adds to it. What is below `library/` is there, and public. */
  readonly packages: Map<string, Package>;
  /** In order, those for tokens included. */
  readonly requests: readonly GithubRequest[];
  close(): Promise<void>;
}

export async function startFakeGithub(options: FakeGithubOptions): Promise<FakeGithub> {
  const requests: GithubRequest[] = [];
  const world: World = {
    manner: MANNERS[options.manner ?? 'token-denied'],
    packages: new Map(),
    tokens: new Map(),
    host: () => host,
  };
  const server = createServer((call, answer) => {
    const { method = 'GET', url: path = '/' } = call;
    const user = userOf(call, world);
    answer.on('finish', () => requests.push({ method, path, status: answer.statusCode, user }));
    serve(call, answer, world, options.behind);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    logins: LOGINS,
    packages: world.packages,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(call: IncomingMessage, answer: ServerResponse, world: World, behind: string): void {
  const url = new URL(call.url ?? '/', `http://${world.host()}`);
  if (url.pathname === '/token') {
    giveToken(call, answer, url, world);
    return;
  }
  const refusal = refusalOf(call, url, world);
  if (refusal === undefined) pass(call, answer, world, behind);
  else refuse(answer, refusal);
}

function giveToken(call: IncomingMessage, answer: ServerResponse, { searchParams }: URL, world: World): void {
  const user = basicUser(call.headers.authorization);
  const access = accessOf(searchParams.getAll('scope'));
  const refusal = tokenRefusal(call.method, user, access, world);
  if (refusal !== undefined) {
    refuse(answer, refusal);
    return;
  }
  const token = randomUUID();
  world.tokens.set(token, { user, access });
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
}

/** undefined: let through. */
function refusalOf(call: IncomingMessage, { pathname }: URL, world: World): Refusal | undefined {
  const token = tokenOf(call, world);
  const [, path = ''] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(pathname) ?? [];
  const action = call.method === 'GET' || call.method === 'HEAD' ? 'pull' : 'push';
  if (token === undefined) return challenge(world, path, action);
  if (path === '') return undefined;
  if (!token.access.get(path)?.has(action)) return challenge(world, path, action, 'insufficient_scope');
  return action === 'pull' ? readRefusal(token, path, world) : pushRefusal(token, path, world);
}

function refuse(answer: ServerResponse, { status, code, message, headers }: Refusal): void {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify({ errors: [{ code, message }] }));
}

/** The first manifest makes the package, private and linked. */
function pass(call: IncomingMessage, answer: ServerResponse, world: World, behind: string): void {
  const { packages, manner } = world;
  const [hostname, port] = behind.split(':');
  const { method, url: path, headers } = call;
  const [, made] = /^\/v2\/(.+)\/manifests\//.exec(path ?? '') ?? [];
  const passed = requestOf({ hostname, port, method, path, headers }, (said) => {
    const status = said.statusCode ?? 502;
    if (method === 'PUT' && made !== undefined && status < 300 && !packages.has(made))
      packages.set(made, { visibility: 'private', linked: true });
    if (method === 'GET' && status === 404 && manner.write === 403) {
      said.resume();
      refuse(answer, DENIED);
      return;
    }
    answer.writeHead(status, said.headers);
    said.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  call.pipe(passed);
}

function tokenOf({ headers }: IncomingMessage, { tokens }: World): Token | undefined {
  return tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
}

function userOf(call: IncomingMessage, world: World): User {
  return tokenOf(call, world)?.user ?? basicUser(call.headers.authorization);
}
