// CodaLab's API as its client of release 1.7 asks it, with run bundles on the engine of the tests.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { PlatformUnderTest } from './bench.ts';
import { type Container, type Engine, filesBelow, startContainer } from './container.ts';
import { jsonOf, type Reply, type Request, type Route, startPlatform } from './server.ts';

export const CODALAB_PASSWORD = 'codalab-password';
export const WORKSHEET = `0x${'1'.repeat(32)}`;
const TOKEN = 'codalab-token';

interface Attributes {
  readonly bundle_type: string;
  readonly command: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface Bundle {
  readonly uuid: string;
  readonly attributes: Attributes;
  readonly container: Container;
  isKilled: boolean;
}

export async function startCodalab(engine: Engine): Promise<PlatformUnderTest> {
  const bundles: Bundle[] = [];

  async function create(request: Request): Promise<Reply> {
    const { data } = jsonOf<{ data: readonly { attributes: Attributes }[] | { attributes: Attributes } }>(
      request,
    );
    const made = await Promise.all([data].flat().map(({ attributes }) => start(attributes)));
    return { body: documentOf(made) };
  }

  async function start(attributes: Attributes): Promise<Bundle> {
    const uuid = `0x${randomUUID().replaceAll('-', '')}`;
    const image = String(attributes.metadata['request_docker_image']);
    const words = ['sh', '-c', `( ${attributes.command}; )`];
    const folder = `/${uuid}`;
    const container = await startContainer({ image, words, workdir: folder, folders: [folder] }, engine);
    const bundle = { uuid, attributes, container, isKilled: false };
    bundles.push(bundle);
    return bundle;
  }

  function find({ query }: Request): Reply {
    const specs = query.getAll('specs');
    const name = query.getAll('keywords').find((one) => one.startsWith('name='));
    const found = bundles.filter(
      ({ attributes, uuid }) =>
        (specs.length === 0 || specs.includes(uuid)) &&
        (name === undefined || attributes.metadata['name'] === name.slice('name='.length)),
    );
    if (specs.length > found.length) return { status: 404, body: Buffer.from('bundle not found') };
    return { body: documentOf(found) };
  }

  const here: (answer: (bundle: Bundle, request: Request) => Promise<Reply> | Reply) => Route['answer'] =
    (answer) => (request) => {
      const found = bundles.find(({ uuid }) => uuid === request.params['uuid']);
      return found === undefined
        ? { status: 404, body: Buffer.from('bundle not found') }
        : answer(found, request);
    };

  const routes: Route[] = [
    { method: 'GET', path: /^\/rest\/worksheets$/, answer: () => ({ body: HOME }) },
    { method: 'POST', path: /^\/rest\/bundles$/, answer: create },
    { method: 'GET', path: /^\/rest\/bundles$/, answer: find },
    {
      method: 'GET',
      path: /^\/rest\/bundles\/(?<uuid>0x\w+)$/,
      answer: here((bundle) => {
        const { data, ...rest } = documentOf([bundle]);
        return { body: { data: data[0], ...rest } };
      }),
    },
    {
      method: 'GET',
      path: /^\/rest\/bundles\/(?<uuid>0x\w+)\/contents\/(?<what>info|blob)\/(?<path>.*)$/,
      answer: here(contents),
    },
    {
      method: 'POST',
      path: /^\/rest\/bundle-actions$/,
      answer: (request) => {
        const { data } = jsonOf<{ data: readonly { attributes: { uuid: string } }[] }>(request);
        for (const { attributes } of data) {
          const bundle = bundles.find(({ uuid }) => uuid === attributes.uuid);
          if (bundle === undefined || bundle.container.code !== undefined)
            return {
              status: 403,
              body: Buffer.from('Cannot execute this action on a bundle that has ended'),
            };
          bundle.isKilled = true;
          void bundle.container.stop(0);
        }
        return { body: { data: [], meta: META } };
      },
    },
  ];
  const own: Route[] = [
    { method: 'POST', path: /^\/rest\/oauth2\/token$/, answer: token },
    ...routes.map((route) => ({ ...route, answer: authorized(route.answer) })),
  ];
  const platform = await startPlatform(own, () => bundles.map(({ container }) => container));
  const named = (name: string) => bundles.filter(({ attributes }) => attributes.metadata['name'] === name);
  return {
    ...platform,
    started: (name) => named(name).length,
    running: (name) => named(name).filter(({ container }) => container.code === undefined).length,
  };
}

function token({ body }: Request): Reply {
  if (new URLSearchParams(body.toString()).get('password') !== CODALAB_PASSWORD)
    return { status: 401, body: { error: 'invalid_grant' } };
  return { body: { access_token: TOKEN, token_type: 'Bearer', expires_in: 86_400, refresh_token: 'again' } };
}

function authorized(answer: Route['answer']): Route['answer'] {
  return (request) =>
    request.headers.authorization === `Bearer ${TOKEN}`
      ? answer(request)
      : { status: 401, body: Buffer.from('not authorized') };
}

const META = { version: '1.7.3' };
const HOME = { data: [{ type: 'worksheets', id: WORKSHEET, attributes: { uuid: WORKSHEET } }], meta: META };

function documentOf(bundles: readonly Bundle[]) {
  return {
    data: bundles.map((bundle) => ({
      type: 'bundles',
      id: bundle.uuid,
      attributes: {
        uuid: bundle.uuid,
        ...bundle.attributes,
        state: stateOf(bundle),
        metadata: metadataOf(bundle),
      },
      relationships: { owner: { data: { type: 'users', id: '1' } } },
    })),
    included: [{ type: 'users', id: '1', attributes: { user_name: 'tests' } }],
    meta: META,
  };
}

function metadataOf({ attributes, container }: Bundle): object {
  const time = ((container.ended ?? Date.now()) - container.started) / 1_000;
  return {
    ...attributes.metadata,
    time,
    ...(container.code === undefined ? {} : { exitcode: container.code }),
  };
}

function stateOf({ container, isKilled }: Bundle): string {
  if (container.code === undefined) return 'running';
  if (isKilled) return 'killed';
  return container.code === 0 ? 'ready' : 'failed';
}

async function contents({ container, uuid }: Bundle, { params }: Request): Promise<Reply> {
  const { path = '', what } = params;
  const log = Buffer.concat(
    container.said.filter(({ stream }) => stream === 'stdout').map(({ bytes }) => bytes),
  );
  const isLog = path === 'stdout';
  if (what === 'info') {
    const type = isLog ? 'file' : 'directory';
    const target = { bundle_uuid: uuid, subpath: path };
    return { body: { data: { name: path, type, size: log.length, resolved_target: target } } };
  }
  if (isLog) return { body: log };
  const folder = await container.copy(`/${uuid}/${path}`);
  const tar = pack();
  for (const name of await filesBelow(folder)) tar.entry({ name }, await readFile(join(folder, name)));
  tar.finalize();
  return { body: await buffer(tar.pipe(createGzip())) };
}
