import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A comment as GitHub keeps it. */
export interface KeptComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'User' | 'Bot' };
}

export interface KeptPull {
  readonly state: 'open' | 'closed';
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly comments: KeptComment[];
}

/** Who a token is of, and what the `permissions:` of its job let it write. */
export interface KnownToken {
  readonly login: string;
  readonly type: 'User' | 'Bot';
  readonly writes: boolean;
}

export interface FakeGithubApi {
  readonly url: string;
  readonly pulls: Map<number, KeptPull>;
  /** By `<commit>:<path>`. */
  readonly files: Map<string, string>;
  readonly tokens: Map<string, KnownToken>;
  readonly requests: string[];
  /** Statuses of the next answers, before anything is done. */
  readonly failures: number[];
  close(): Promise<void>;
}

const REPOSITORY = 'acme/train';

/** GitHub's REST API as far as it is used, with what it keeps: https://docs.github.com/en/rest */
export async function startGithubApi(): Promise<FakeGithubApi> {
  const state = {
    pulls: new Map<number, KeptPull>(),
    files: new Map<string, string>(),
    tokens: new Map<string, KnownToken>(),
    requests: [] as string[],
    failures: [] as number[],
    next: 1,
  };
  const server = createServer(async (call, answer) => {
    const path = `${call.method} ${call.url?.replace(`/repos/${REPOSITORY}/`, '')}`;
    state.requests.push(path);
    const failure = state.failures.shift();
    const [status, body] =
      failure === undefined ? answerTo(path, call, await textOf(call), state) : [failure, {}];
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...state,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type State = Pick<FakeGithubApi, 'pulls' | 'files' | 'tokens'> & { next: number };
type Reply = readonly [number, unknown];

function answerTo(path: string, call: IncomingMessage, text: string, state: State): Reply {
  const token = state.tokens.get(/^Bearer (.*)$/.exec(call.headers.authorization ?? '')?.[1] ?? '');
  if (token === undefined) return [401, { message: 'Bad credentials' }];
  if (call.method !== 'GET' && !token.writes)
    return [403, { message: 'Resource not accessible by integration' }];
  for (const [pattern, reply] of ROUTES) {
    const found = pattern.exec(path);
    if (found !== null) return reply(found.slice(1), { text, token, state });
  }
  return [404, { message: 'Not Found' }];
}

interface RouteContext {
  readonly text: string;
  readonly token: KnownToken;
  readonly state: State;
}

type Route = (words: readonly string[], context: RouteContext) => Reply;

const ROUTES: readonly (readonly [RegExp, Route])[] = [
  [/^GET pulls\/(\d+)$/, ([number], { state }) => found(state.pulls.get(Number(number)))],
  [
    /^GET issues\/(\d+)\/comments\?per_page=(\d+)&page=(\d+)$/,
    ([number, size, page], { state }) => {
      const start = Number(size) * (Number(page) - 1);
      return found(state.pulls.get(Number(number))?.comments.slice(start, start + Number(size)));
    },
  ],
  [
    /^POST issues\/(\d+)\/comments$/,
    ([number], { text, token, state }) => {
      const { login, type } = token;
      const comment = { id: 1000 + state.next++, body: bodyOf(text), user: { login, type } };
      const pull = state.pulls.get(Number(number));
      pull?.comments.push(comment);
      return pull === undefined ? found(undefined) : [201, comment];
    },
  ],
  [
    /^PATCH issues\/comments\/(\d+)$/,
    ([id], { text, state }) => {
      const all = [...state.pulls.values()].flatMap(({ comments }) => comments);
      const comment = all.find((one) => one.id === Number(id));
      if (comment !== undefined) comment.body = bodyOf(text);
      return found(comment);
    },
  ],
  [
    /^GET contents\/(.+)\?ref=([0-9a-f]+)$/,
    ([path = '', commit], { state }) => found(state.files.get(`${commit}:${decodeURIComponent(path)}`)),
  ],
];

function found(value: unknown): Reply {
  return value === undefined ? [404, { message: 'Not Found' }] : [200, value];
}

function bodyOf(text: string): string {
  return (JSON.parse(text) as { readonly body: string }).body;
}

async function textOf(call: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of call) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
