// Polyaxon's API as its client of release 2.18 asks it, with runs on the engine of the tests.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { parse } from 'yaml';
import type { PlatformUnderTest } from './bench.ts';
import { type Container, type Engine, filesBelow, linesOf, startContainer } from './container.ts';
import { jsonOf, type Reply, type Request, type Route, startPlatform } from './server.ts';

export const POLYAXON_TOKEN = 'polyaxon-token';

interface Operation {
  readonly name: string;
  readonly component: {
    readonly run: { readonly container: { readonly image: string; readonly command: readonly string[] } };
  };
}

interface PolyaxonRun {
  readonly uuid: string;
  readonly operation: Operation;
  readonly isInvalid: boolean;
  container: Container | undefined;
  isStopped: boolean;
}

/** Seconds between SIGTERM and SIGKILL there. */
const GRACE = 10;
const RUNS = '/api/v1/(?<owner>[^/]+)/(?<project>[^/]+)/runs';
const STREAMS = '/streams/v1/[^/]+/[^/]+/[^/]+/runs';

export async function startPolyaxon(engine: Engine): Promise<PlatformUnderTest> {
  const runs: PolyaxonRun[] = [];

  async function create(request: Request): Promise<Reply> {
    const operation = parse(jsonOf<{ content: string }>(request).content) as Operation;
    const uuid = randomUUID().replaceAll('-', '');
    const { command, image } = operation.component.run.container;
    const words = command.map((word) => rendered(word, { 'globals.run_outputs_path': outputsOf(uuid) }));
    const isInvalid = words.includes(undefined);
    const run: PolyaxonRun = { uuid, operation, isInvalid, container: undefined, isStopped: false };
    runs.push(run);
    if (!isInvalid)
      run.container = await startContainer(
        { image, words: words.map(String), folders: [outputsOf(uuid)] },
        engine,
      );
    return { status: 201, body: bodyOf(run) };
  }

  const here: (answer: (run: PolyaxonRun, request: Request) => Promise<Reply> | Reply) => Route['answer'] =
    (answer) => (request) => {
      const found = runs.find(({ uuid }) => uuid === request.params['uuid']);
      return found === undefined ? { status: 404, body: { detail: 'Not found.' } } : answer(found, request);
    };

  const routes: Route[] = [
    { method: 'POST', path: new RegExp(`^${RUNS}$`), answer: create },
    {
      method: 'GET',
      path: new RegExp(`^${RUNS}$`),
      answer: ({ query }) => {
        const newest = [...runs].reverse().slice(0, Number(query.get('limit') ?? 20));
        return { body: { count: runs.length, results: newest.map(bodyOf) } };
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^${RUNS}/(?<uuid>[^/]+)$`),
      answer: here((run) => ({ body: bodyOf(run) })),
    },
    {
      method: 'GET',
      path: new RegExp(`^${RUNS}/(?<uuid>[^/]+)/statuses$`),
      answer: here((run) => ({ body: { uuid: run.uuid, status: statusOf(run), status_conditions: [] } })),
    },
    {
      method: 'POST',
      path: new RegExp(`^${RUNS}/(?<uuid>[^/]+)/stop$`),
      answer: here((run) => {
        // A run that has ended stays as it is, and nothing is said of it.
        if (isGoingOn(run)) run.isStopped = true;
        void run.container?.stop(GRACE);
        return { body: {} };
      }),
    },
    { method: 'GET', path: new RegExp(`^${STREAMS}/(?<uuid>[^/]+)/logs$`), answer: here(logs) },
    { method: 'GET', path: new RegExp(`^${STREAMS}/(?<uuid>[^/]+)/artifacts$`), answer: here(artifacts) },
  ];
  const own = routes.map((route) => ({ ...route, answer: authorized(route.answer) }));
  const platform = await startPlatform(own, () => runs.flatMap(({ container }) => container ?? []));
  const named = (name: string) => runs.filter(({ operation }) => operation.name === name);
  return {
    ...platform,
    started: (name) => named(name).length,
    running: (name) => named(name).filter(isGoingOn).length,
  };
}

function authorized(answer: Route['answer']): Route['answer'] {
  return (request) =>
    request.headers.authorization === `Token ${POLYAXON_TOKEN}`
      ? answer(request)
      : { status: 401, body: { detail: 'Authentication credentials were not provided.' } };
}

function outputsOf(uuid: string): string {
  return `/plx-artifacts/${uuid}/outputs`;
}

/** As Polyaxon renders words; undefined: there is something in it that is not known there. */
function rendered(word: string, known: Readonly<Record<string, string>>): string | undefined {
  const text = word.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (all, path: string) => known[path] ?? all);
  return /\{[{%#]/.test(text) ? undefined : text;
}

function isGoingOn({ container }: PolyaxonRun): boolean {
  return container !== undefined && container.code === undefined;
}

function statusOf({ container, isInvalid, isStopped }: PolyaxonRun): string {
  if (isInvalid) return 'failed';
  if (container === undefined) return 'compiled';
  if (container.code === undefined) return isStopped ? 'stopping' : 'running';
  if (isStopped) return 'stopped';
  return container.code === 0 ? 'succeeded' : 'failed';
}

function bodyOf(run: PolyaxonRun): object {
  const { container, operation, uuid } = run;
  return {
    ...{ uuid, name: operation.name, kind: 'job', status: statusOf(run) },
    ...{ created_at: '2026-01-01T00:00:00Z', owner: 'tests', project: 'tests' },
    duration: container?.ended === undefined ? null : (container.ended - container.started) / 1_000,
    settings: { namespace: 'polyaxon', artifacts_store: { name: 'store' } },
  };
}

function logs(run: PolyaxonRun): Reply {
  const lines = linesOf(run.container?.said ?? [], ['stdout', 'stderr']);
  return {
    body: {
      logs: lines.map(({ text, time }) => ({
        value: text,
        timestamp: new Date(time).toISOString(),
        container: 'polyaxon-main',
      })),
      last_time: isGoingOn(run) ? new Date().toISOString() : null,
      last_file: null,
      files: [],
    },
  };
}

/** The tar of what is below a path, which is there when the run has ended. */
async function artifacts(run: PolyaxonRun, { query }: Request): Promise<Reply> {
  const { container, uuid } = run;
  if (container?.code === undefined || query.get('path') !== 'outputs')
    return { status: 404, body: { detail: 'Artifact not found.' } };
  const folder = await container.copy(outputsOf(uuid));
  const tar = pack();
  for (const name of await filesBelow(folder)) tar.entry({ name }, await readFile(join(folder, name)));
  tar.finalize();
  return {
    headers: { 'content-disposition': 'attachment; filename="outputs.tar.gz"' },
    body: await buffer(tar.pipe(createGzip())),
  };
}
