import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the job of a workflow gets, and how it ends. */
export interface Dispatched {
  readonly inputs: Readonly<Record<string, string>>;
  /** Aborted when the workflow run is cancelled. */
  readonly cancelled: AbortSignal;
  readonly print: (line: string) => void;
}

export interface FakeWorkflowRun {
  readonly id: number;
  readonly title: string;
  readonly created: Date;
  status: 'queued' | 'pending' | 'in_progress' | 'completed';
  conclusion: string | null;
  readonly log: string[];
  readonly cancel: AbortController;
  forced: boolean;
}

type Failure =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly text?: string }
  /** It is done, and nobody hears the answer. */
  | 'lost';

export interface FakeWorkflowApi {
  readonly url: string;
  readonly runs: Map<number, FakeWorkflowRun>;
  /** `POST actions/runs/7/cancel`, with ` 304` behind those that had not changed. */
  readonly requests: string[];
  /** Of the next requests that begin so, before anything else is looked at. */
  readonly failures: { readonly request: string; readonly failure: Failure }[];
  /** Servers of earlier releases do not know `return_run_details`. */
  knowsDetails: boolean;
  /** Labels of which no runner is there: runs stay queued. */
  missing: readonly string[];
  /** Whether a workflow run that is cancelled ends. */
  endsAtCancel: boolean;
  close(): Promise<void>;
}

interface Options {
  readonly repository: string;
  readonly workflow: string;
  readonly token: string;
  /** `run-name`, with the inputs filled in. */
  readonly titleOf?: (inputs: Dispatched['inputs']) => string;
  /** The job; its exit code. */
  readonly work: (dispatched: Dispatched) => Promise<number>;
}

/** GitHub's REST API for workflow runs, whose dispatched workflows really do something: https://docs.github.com/en/rest/actions */
export async function startWorkflowApi(options: Options): Promise<FakeWorkflowApi> {
  const api: FakeWorkflowApi = {
    url: '',
    runs: new Map(),
    requests: [],
    failures: [],
    knowsDetails: true,
    missing: [],
    endsAtCancel: true,
    close: async () => undefined,
  };
  const going = new Set<Promise<void>>();
  const world: World = { ...options, api, groups: new Map(), started: (work) => void going.add(work) };
  const server = createServer((call, answer) => void serve(call, answer, world));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(api, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const run of api.runs.values()) run.cancel.abort();
      await Promise.all(going);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

interface World extends Options {
  readonly api: FakeWorkflowApi;
  /** What the last run of a concurrency group waits for. */
  readonly groups: Map<string, Promise<void>>;
  readonly started: (work: Promise<void>) => void;
}

interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly location?: string;
}

async function serve(call: IncomingMessage, answer: ServerResponse, world: World): Promise<void> {
  const { api, repository } = world;
  const path = `${call.method} ${(call.url ?? '').replace(`/repos/${repository}/`, '')}`;
  const body = await textOf(call);
  const failure = takeFailure(path, api);
  if (failure !== undefined && failure !== 'lost') {
    api.requests.push(path);
    answer.writeHead(failure.status, { date: new Date().toUTCString(), ...failure.headers });
    answer.end(failure.text ?? '{}');
    return;
  }
  const reply = authorized(call, path, world) ? replyTo(path, body, world) : { status: 401, json: {} };
  if (failure === 'lost') return void call.socket.destroy();
  send(call, answer, path, { reply, requests: api.requests });
}

/** The address of a log carries its own right, and no token goes there. */
function authorized({ headers }: IncomingMessage, path: string, { token }: World): boolean {
  return path.startsWith('GET /blobs/') || headers.authorization === `Bearer ${token}`;
}

function takeFailure(path: string, { failures }: FakeWorkflowApi): Failure | undefined {
  const index = failures.findIndex(({ request }) => path.startsWith(request));
  return index < 0 ? undefined : failures.splice(index, 1)[0]?.failure;
}

function send(
  { headers }: IncomingMessage,
  answer: ServerResponse,
  path: string,
  { reply, requests }: { readonly reply: Reply; readonly requests: string[] },
): void {
  const text = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
  const etag = `W/"${Buffer.from(text).toString('base64url').slice(-40)}${text.length}"`;
  const isSame = path.startsWith('GET') && reply.status === 200 && headers['if-none-match'] === etag;
  requests.push(isSame ? `${path} 304` : path);
  answer.writeHead(isSame ? 304 : reply.status, {
    ...(path.startsWith('GET') ? { etag } : {}),
    ...(reply.location === undefined ? {} : { location: reply.location }),
  });
  answer.end(isSame ? undefined : text);
}

function replyTo(path: string, body: string, world: World): Reply {
  for (const [pattern, route] of ROUTES) {
    const found = pattern.exec(path);
    if (found !== null) return route(found.slice(1), body, world);
  }
  return { status: 404, json: { message: 'Not Found' } };
}

type Route = (words: readonly string[], body: string, world: World) => Reply;

const ROUTES: readonly (readonly [RegExp, Route])[] = [
  [
    /^GET actions\/workflows\/([^/]+)$/,
    ([name], _, { workflow }) => (name === workflow ? { status: 200, json: { state: 'active' } } : NONE),
  ],
  [/^POST actions\/workflows\/([^/]+)\/dispatches$/, (_, body, world) => dispatch(JSON.parse(body), world)],
  [
    /^GET actions\/workflows\/[^/]+\/runs\?event=workflow_dispatch&per_page=(\d+)&page=(\d+)$/,
    ([size = '', page = ''], _, { api }) => {
      const all = [...api.runs.values()].reverse().map(runJson);
      const start = Number(size) * (Number(page) - 1);
      return { status: 200, json: { workflow_runs: all.slice(start, start + Number(size)) } };
    },
  ],
  [/^GET actions\/runs\/(\d+)$/, withRun((run) => ({ status: 200, json: runJson(run) }))],
  [
    /^GET actions\/runs\/(\d+)\/jobs\?per_page=100$/,
    withRun((run, { api }) => ({ status: 200, json: { jobs: [jobJson(run, api.missing)] } })),
  ],
  [
    /^GET actions\/jobs\/(\d+)\/logs$/,
    ([id], _, { api }) => ({ status: 302, location: `${api.url}/blobs/${id}` }),
  ],
  [/^GET \/blobs\/(\d+)$/, withRun(({ log }) => ({ status: 200, text: log.join('') }))],
  [
    /^POST actions\/runs\/(\d+)\/(cancel|force-cancel)$/,
    ([id, how], _, { api }) => {
      const run = api.runs.get(Number(id));
      if (run === undefined) return NONE;
      if (run.status === 'completed') return { status: 409, json: { message: 'Cannot cancel' } };
      if (how === 'force-cancel') run.forced = true;
      if (api.endsAtCancel || run.forced) endByCancel(run);
      return { status: 202, json: {} };
    },
  ],
];

const NONE: Reply = { status: 404, json: { message: 'Not Found' } };

function withRun(reply: (run: FakeWorkflowRun, world: World) => Reply): Route {
  return ([id], _, world) => {
    const run = world.api.runs.get(Number(id));
    return run === undefined ? NONE : reply(run, world);
  };
}

function endByCancel(run: FakeWorkflowRun): void {
  run.cancel.abort();
  if (run.status === 'in_progress') return;
  run.status = 'completed';
  run.conclusion = 'cancelled';
}

interface DispatchBody {
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly return_run_details?: boolean;
}

function dispatch({ inputs, return_run_details: details }: DispatchBody, world: World): Reply {
  const { api, titleOf = usualTitle } = world;
  if (details === true && !api.knowsDetails)
    return {
      status: 422,
      json: { message: 'Invalid request. "return_run_details" is not a permitted key.' },
    };
  const id = 100 + api.runs.size;
  const run: FakeWorkflowRun = {
    id,
    title: titleOf(inputs),
    created: new Date(),
    status: 'queued',
    conclusion: null,
    log: [],
    cancel: new AbortController(),
    forced: false,
  };
  api.runs.set(id, run);
  if (api.missing.length === 0) world.started(start(run, inputs, world));
  return details === true ? { status: 200, json: { workflow_run_id: id } } : { status: 204 };
}

function usualTitle({ 'run-id': run, plan }: Dispatched['inputs']): string {
  return `jobimg ${run} ${plan}`;
}

/** One of each concurrency group at a time. */
async function start(run: FakeWorkflowRun, inputs: Dispatched['inputs'], world: World): Promise<void> {
  const { groups, work } = world;
  const group = inputs['run-id'] ?? '';
  const before = groups.get(group);
  const own = (async () => {
    if (before !== undefined) run.status = 'pending';
    await before;
    if (run.cancel.signal.aborted) return;
    run.status = 'in_progress';
    const print = (line: string): void =>
      void run.log.push(`${new Date().toISOString().replace('Z', '0000Z')} ${line}\n`);
    print('##[group]Run org/jobimg-action/run@v1');
    const code = await work({ inputs, cancelled: run.cancel.signal, print });
    print(`Process ended with ${code}`);
    run.conclusion = run.cancel.signal.aborted ? 'cancelled' : code === 0 ? 'success' : 'failure';
    run.status = 'completed';
  })();
  groups.set(group, own);
  await own;
}

function runJson({ id, title, status, conclusion, created }: FakeWorkflowRun): object {
  const html_url = `https://github.test/org/fleet/actions/runs/${id}`;
  return {
    id,
    name: 'jobimg',
    display_title: title,
    status,
    conclusion,
    html_url,
    created_at: created.toISOString(),
    run_started_at: created.toISOString(),
  };
}

function jobJson({ id, status, conclusion }: FakeWorkflowRun, missing: readonly string[]): object {
  return {
    id,
    name: 'run',
    status: status === 'pending' ? 'queued' : status,
    conclusion,
    labels: missing.length === 0 ? ['self-hosted', 'gpu'] : missing,
    runner_name: status === 'queued' ? null : 'gpu-1',
    steps: status === 'queued' ? [] : [{ name: 'jobimg', status, conclusion }],
  };
}

async function textOf(call: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of call) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
