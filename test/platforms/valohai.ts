// Valohai's API as its client of release 0.37 asks it, with executions on the engine of the tests.
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { parse } from 'yaml';
import type { PlatformUnderTest } from './bench.ts';
import { type Container, type Engine, filesBelow, linesOf, startContainer } from './container.ts';
import { jsonOf, type Reply, type Request, type Route, startPlatform } from './server.ts';

export const VALOHAI_TOKEN = 'valohai-token';
export const VALOHAI_PROJECT = '0192a1b2-0000-7000-8000-000000000001';

interface Payload {
  readonly commit: string;
  readonly step: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  readonly image?: string;
  readonly environment_variables?: Readonly<Record<string, string>>;
  readonly time_limit?: number;
}

interface Execution {
  readonly counter: number;
  readonly id: string;
  readonly payload: Payload;
  readonly image: string;
  container: Container | undefined;
  isStopped: boolean;
  isTooLong: boolean;
}

interface Step {
  readonly step: {
    readonly name: string;
    readonly image: string;
    readonly command: string | readonly string[];
  };
}

export interface Valohai extends PlatformUnderTest {
  readonly executions: readonly Execution[];
}

/** Seconds between SIGTERM and SIGKILL there. */
const GRACE = 10;

export async function startValohai(engine: Engine): Promise<Valohai> {
  const executions: Execution[] = [];
  const commits = new Map<string, readonly Step[]>();
  let url = '';

  async function importPackage({ body, headers }: Request): Promise<Reply> {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    const data = Buffer.from(await (form.get('data') as File).arrayBuffer());
    const identifier = `~${createHash('sha256').update(data).digest('hex')}`;
    const file = String(form.get('yaml_path') ?? 'valohai.yaml');
    commits.set(identifier, parse(await fileIn(data, file)) as readonly Step[]);
    return { status: 201, body: commitBody(identifier) };
  }

  async function create(request: Request): Promise<Reply> {
    const payload = jsonOf<Payload>(request);
    const found = commits.get(payload.commit)?.find(({ step }) => step.name === payload.step);
    if (found === undefined) return { status: 400, body: { step: ['no such step'] } };
    const { command, image } = found.step;
    const execution: Execution = {
      ...{ counter: executions.length + 1, id: randomUUID(), payload, image: payload.image ?? image },
      ...{ container: undefined, isStopped: false, isTooLong: false },
    };
    executions.push(execution);
    execution.container = await startContainer(
      {
        image: execution.image,
        words: ['sh', '-c', [command].flat().join(' && ')],
        env: { ...payload.environment_variables },
        workdir: '/valohai/repository',
        folders: ['/valohai/outputs'],
      },
      engine,
    );
    limit(execution, execution.container);
    return { status: 201, body: bodyOf(execution, url) };
  }

  const here: (
    answer: (execution: Execution, request: Request) => Promise<Reply> | Reply,
  ) => Route['answer'] = (answer) => (request) => {
    const key = (request.params['key'] ?? '').split(':').at(-1);
    const found = executions.find(({ counter, id }) => String(counter) === key || id === key);
    return found === undefined ? { status: 404, body: { detail: 'Not found.' } } : answer(found, request);
  };

  const routes: Route[] = [
    { method: 'GET', path: /^\/api\/v0\/projects\/[^/]+\/$/, answer: () => ({ body: projectBody() }) },
    {
      method: 'GET',
      path: /^\/api\/v0\/commits\/(?<id>~[^/]+)\/$/,
      answer: ({ params }) =>
        commits.has(params['id'] ?? '')
          ? { body: commitBody(params['id'] ?? '') }
          : { status: 404, body: { detail: 'Not found.' } },
    },
    { method: 'POST', path: /^\/api\/v0\/projects\/[^/]+\/import-package\/$/, answer: importPackage },
    { method: 'POST', path: /^\/api\/v0\/executions\/$/, answer: create },
    {
      method: 'GET',
      path: /^\/api\/v0\/executions\/$/,
      answer: ({ query }) => {
        const asked = query.getAll('counter').map(Number);
        const found = executions.filter(({ counter }) => asked.length === 0 || asked.includes(counter));
        const newest = [...found].reverse().slice(0, Number(query.get('limit') ?? 9001));
        return { body: { results: newest.map((one) => bodyOf(one, url)) } };
      },
    },
    {
      method: 'GET',
      path: /^\/api\/v0\/executions\/(?<key>[^/]+)\/$/,
      answer: here((execution) => ({ body: bodyOf(execution, url) })),
    },
    { method: 'GET', path: /^\/api\/v0\/executions\/(?<key>[^/]+)\/events\/$/, answer: here(events) },
    {
      method: 'POST',
      path: /^\/api\/v0\/executions\/(?<key>[^/]+)\/stop\/$/,
      answer: here((execution) => {
        if (!isGoingOn(execution)) return { status: 400, body: { detail: 'the execution is not running' } };
        execution.isStopped = true;
        void execution.container?.stop(GRACE);
        return { body: { message: 'stopping' } };
      }),
    },
    {
      method: 'GET',
      path: /^\/api\/v0\/data\/$/,
      answer: async ({ query }) => {
        const found = executions.find(({ id }) => id === query.get('output_execution'));
        return { body: { results: found === undefined ? [] : await datums(found) } };
      },
    },
    {
      method: 'GET',
      path: /^\/api\/v0\/data\/(?<key>[^/]+)~(?<name>[^/]+)\/download\/$/,
      answer: here(async (execution, { params }) => {
        const folder = (await execution.container?.copy('/valohai/outputs')) ?? '';
        const name = Buffer.from(params['name'] ?? '', 'hex').toString();
        return { headers: { 'content-disposition': 'attachment' }, body: await readFile(join(folder, name)) };
      }),
    },
  ];

  const own = routes.map((route) => ({ ...route, answer: authorized(route.answer) }));
  const platform = await startPlatform(own, () => executions.flatMap(({ container }) => container ?? []));
  url = platform.url;
  const named = (name: string) => executions.filter(({ payload }) => payload.title === name);
  return {
    ...platform,
    executions,
    started: (name) => named(name).length,
    running: (name) => named(name).filter(isGoingOn).length,
  };
}

function authorized(answer: Route['answer']): Route['answer'] {
  return (request) =>
    request.headers.authorization === `Token ${VALOHAI_TOKEN}`
      ? answer(request)
      : { status: 401, body: { detail: 'Authentication credentials were not provided.' } };
}

function limit(execution: Execution, container: Container): void {
  const { time_limit: seconds } = execution.payload;
  if (seconds === undefined) return;
  setTimeout(() => {
    execution.isTooLong = container.code === undefined;
    void container.stop(GRACE);
  }, seconds * 1_000).unref();
}

function isGoingOn({ container }: Execution): boolean {
  return container !== undefined && container.code === undefined;
}

/** Docker's own codes are for containers that it could not start. */
function statusOf(execution: Execution): string {
  const { container, isStopped, isTooLong } = execution;
  if (container === undefined) return 'queued';
  if (container.code === undefined) return isStopped ? 'stopping' : 'started';
  if (isStopped || isTooLong) return 'stopped';
  if (container.code === 125) return 'crashed';
  return container.code === 0 ? 'complete' : 'error';
}

function bodyOf(execution: Execution, url: string): object {
  const { container, counter, id, image, payload } = execution;
  const own = `${url}/api/v0/executions/${id}/`;
  return {
    ...{ counter, id, image, title: payload.title, tags: payload.tags, step: payload.step },
    status: statusOf(execution),
    duration: container?.ended === undefined ? null : (container.ended - container.started) / 1_000,
    project: projectBody(),
    environment: { id: '1', name: 'tests', slug: 'tests' },
    url: own,
    urls: { display: `${url}/p/${counter}/`, stop: `${own}stop/` },
  };
}

function projectBody(): object {
  return { id: VALOHAI_PROJECT, name: 'tests', yaml_path: 'valohai.yaml' };
}

function commitBody(identifier: string): object {
  return { identifier, adhoc: true, ref: identifier };
}

/** The last ones only, unless all of them are asked for. */
function events({ container }: Execution, { query }: Request): Reply {
  const lines = linesOf(container?.said ?? [], ['stdout', 'stderr']);
  const limit = Number(query.get('limit') ?? 200);
  const shown = limit === 0 ? lines : lines.slice(-limit);
  return {
    body: {
      total: lines.length,
      truncated: shown.length < lines.length,
      events: shown.map(({ stream, text: message, time }, index) => ({
        stream,
        // With a microsecond of its own for each.
        time: new Date(time).toISOString().replace('Z', `${String(index % 1_000).padStart(3, '0')}Z`),
        message,
      })),
    },
  };
}

async function datums(execution: Execution): Promise<readonly object[]> {
  const { container, counter } = execution;
  if (container?.code === undefined) return [];
  const files = await filesBelow(await container.copy('/valohai/outputs'));
  return files.map((name) => ({
    id: `${counter}~${Buffer.from(name).toString('hex')}`,
    name,
    size: 1,
    output_execution: execution.id,
  }));
}

async function fileIn(archive: Buffer, path: string): Promise<string> {
  const entries = extract();
  Readable.from([archive]).pipe(createGunzip()).pipe(entries);
  for await (const entry of entries) {
    if (entry.header.name.replace(/^\.\//, '') === path) return await text(entry);
    entry.resume();
  }
  throw new Error(`no ${path} in the package`);
}
