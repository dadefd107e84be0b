// Which of the 25 cases of reproducibility are shown here stands in reproducible-environment.test.ts.
import { existsSync } from 'node:fs';
import { chmod, chown, link, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuildkitd } from '../../engine/buildkit/buildkitd.ts';
import { command } from '../../engine/machine/command.ts';
import { ensureNode24 } from '../../engine/machine/node24.ts';
import {
  type History,
  readImage,
  readLayer,
  readRequests,
  removeImage,
  type StoredImage,
} from '../support/images/images.ts';
import { type AnsweredJob, type Call, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';

const EPOCH = 315_532_800;
const CREATED = '1980-01-01T00:00:00Z';
const RUN = 'name: train\nrun: python train.py\n';

const FILES: Files = {
  'jobimg.yml': `${RUN}image: { base: "busybox:latest" }\n`,
  'train.py': 'print("hello")\n',
  'data/a.txt': 'the same\n',
  'data/b.txt': 'the same\n',
  // Several pieces of the compressor's input, so that two Nodes have something to differ in.
  'data/numbers.txt': Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 65_537).join('\n'),
  'src/model.py': 'LAYERS = 3\n',
  'start.sh': { text: '#!/bin/sh\nexec python train.py\n', mode: 0o755 },
};

/** A day later, for everything that a process asks of its own clock. */
const TOMORROW = `data:text/javascript,${encodeURIComponent(`
  const { now } = Date;
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...words) { words.length === 0 ? super(Real.now()) : super(...words); }
  };
  Real.now = () => now() + 86_400_000;
`)}`;

const parts = await startParts({ name: 'code', bases: ['busybox'] });
const node24 = await ensureNode24();
const second = await ensureBuildkitd();

const OTHER_HOME = join(tmpdir(), `jobimg-other-home-${process.pid}`);

afterAll(async () => {
  await parts[Symbol.asyncDispose]();
  await rm(OTHER_HOME, { recursive: true, force: true });
});

async function build(
  repository: string,
  folder: string,
  call: Call = {},
  more: readonly string[] = [],
): Promise<AnsweredJob> {
  const to = ['--registry', `${parts.registry.host}/${repository}`, '--defaults', parts.defaults];
  const words = ['build', '-C', folder, ...to, '--json', ...more];
  return onlyJob(await jobimg(words, { ...call, env: { ...parts.env, ...call.env } }));
}

function stored({ image }: AnsweredJob): Promise<StoredImage> {
  return readImage(parts.registry, image.reference);
}

/** The same moment can be written in several ways. */
function datesOf(history: readonly History[]): readonly unknown[] {
  return history.map(({ created, ...entry }) => ({ ...entry, created: Date.parse(created ?? '') }));
}

async function everyPath(folder: string): Promise<readonly string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.map((path) => join(folder, path));
}

/** The same repository in the eyes of its commit. */
interface Same {
  readonly name: string;
  readonly files?: Files;
  readonly under?: string;
  readonly change?: (repository: Repository) => Promise<void>;
  readonly call?: Call;
}

const SAME: readonly Same[] = [
  { name: 'made anew elsewhere' },
  { name: 'every file of 1990', change: ({ folder }) => touch(folder, new Date('1990-05-06T07:08:09Z')) },
  { name: 'every file of 2040', change: ({ folder }) => touch(folder, new Date('2040-05-06T07:08:09Z')) },
  { name: 'writable for the group', change: ({ folder }) => eachFile(folder, 0o020) },
  { name: 'a file linked twice instead of copied', change: ({ folder }) => linkTwice(folder) },
  {
    name: 'an empty folder',
    change: async ({ folder }) => void (await mkdir(join(folder, 'empty/below'), { recursive: true })),
  },
  { name: 'files written in reverse order', files: Object.fromEntries(Object.entries(FILES).reverse()) },
  { name: 'a Git repository around it', change: ({ folder }) => committed(folder) },
  { name: 'a deep path with spaces', under: 'a very/deep place/für mich' },
  {
    name: 'another umask, for the process too',
    change: ({ folder }) => eachFile(folder, 0o022),
    call: { umask: '002' },
  },
  { name: 'a strict umask', call: { umask: '077' } },
  { name: 'another time zone', call: { env: { TZ: 'Pacific/Kiritimati' } } },
  { name: 'another locale', call: { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } } },
  { name: 'another home', call: { env: { HOME: OTHER_HOME } } },
  { name: 'an inherited SOURCE_DATE_EPOCH', call: { env: { SOURCE_DATE_EPOCH: '1234567890' } } },
  { name: 'a clock one day later', call: { env: { NODE_OPTIONS: `--import=${TOMORROW}` } } },
  { name: 'Node 24', call: { node: node24 } },
];

async function touch(folder: string, time: Date): Promise<void> {
  for (const path of await everyPath(folder)) await utimes(path, time, time);
}

async function committed(folder: string): Promise<void> {
  const git = (...words: readonly string[]) => command('git', ['-C', folder, ...words]);
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'first');
}

async function eachFile(folder: string, added: number): Promise<void> {
  for (const path of await everyPath(folder)) await chmod(path, (await stat(path)).mode | added);
}

async function linkTwice(folder: string): Promise<void> {
  await rm(join(folder, 'data/b.txt'));
  await link(join(folder, 'data/a.txt'), join(folder, 'data/b.txt'));
}

interface Other {
  readonly name: string;
  readonly change: (repository: Repository) => Promise<void>;
}

const OTHER: readonly Other[] = [
  { name: 'chmod +x', change: ({ folder }) => chmod(join(folder, 'train.py'), 0o755) },
  { name: 'chmod -x', change: ({ folder }) => chmod(join(folder, 'start.sh'), 0o644) },
  { name: 'one byte', change: (repository) => repository.write({ 'src/model.py': 'LAYERS = 4\n' }) },
  { name: 'a file moved', change: (repository) => moved(repository) },
  { name: 'a new empty file', change: (repository) => repository.write({ 'src/__init__.py': '' }) },
  { name: 'a link instead of a file', change: ({ folder }) => linked(folder) },
];

async function moved({ folder, write }: Repository): Promise<void> {
  await rm(join(folder, 'src/model.py'));
  await write({ 'src/models.py': 'LAYERS = 3\n' });
}

async function linked(folder: string): Promise<void> {
  await rm(join(folder, 'data/b.txt'));
  await symlink('a.txt', join(folder, 'data/b.txt'));
}

describe('the job image', () => {
  let first: AnsweredJob;
  let image: StoredImage;

  beforeAll(async () => {
    await using repository = await repositoryWith({ files: FILES });
    first = await build('code/layer', repository.folder);
    image = await stored(first);
  });

  /** The image is gone, its environment stays: only then is it made again. */
  async function madeAgain(folder: string, call?: Call): Promise<AnsweredJob> {
    await removeImage(parts.registry, image);
    return build('code/layer', folder, call);
  }

  it.each(SAME)('is the same with $name', async ({ files = FILES, under, change, call }) => {
    const parent = await mkdtemp(join(tmpdir(), 'jobimg-code-'));
    await using repository = await repositoryWith({ files, folder: join(parent, under ?? 'repository') });
    await change?.(repository);

    const again = await madeAgain(repository.folder, call);

    const { id, tag, digest } = first.image;
    expect(again.image).toMatchObject({ result: 'pushed', id, tag, digest });
    await rm(parent, { recursive: true });
  });

  (process.getuid?.() === 0 ? it : it.skip)('is the same for files of another owner', async () => {
    await using repository = await repositoryWith({ files: FILES });
    for (const path of await everyPath(repository.folder)) await chown(path, 4242, 4243);

    const again = await madeAgain(repository.folder);

    expect(again.image.digest).toBe(first.image.digest);
  });

  (existsSync('/dev/shm') ? it : it.skip)('is the same from another file system', async () => {
    const folder = await mkdtemp('/dev/shm/jobimg-code-');
    await using repository = await repositoryWith({ files: FILES, folder });

    const again = await madeAgain(repository.folder);

    expect(again.image.digest).toBe(first.image.digest);
  });

  it('needs no docker and reads no layer: of its environment only manifest and config', async () => {
    await using repository = await repositoryWith({ files: FILES });
    const before = (await readRequests(parts.registry)).length;

    const again = await madeAgain(repository.folder, {
      env: { DOCKER_HOST: 'tcp://127.0.0.1:1', PATH: '/nowhere', JOBIMG_REMEMBER: '0' },
    });

    expect(again.image.digest).toBe(first.image.digest);
    const blobs = (await readRequests(parts.registry))
      .slice(before)
      .filter(({ method, path, status }) => method === 'GET' && path.includes('/blobs/') && status === 200);
    expect(blobs).toHaveLength(1);
    expect(image.manifest.layers.map(({ digest }) => digest)).not.toContain(blobs[0]?.path.split('/').at(-1));
  });

  it.each(OTHER)('has another id and another digest after $name', async ({ change }) => {
    await using repository = await repositoryWith({ files: FILES });
    await change(repository);

    const other = await build('code/layer', repository.folder);

    expect(other.image.result).toBe('pushed');
    expect(other.image.id).not.toBe(first.image.id);
    expect(other.image.tag).not.toBe(first.image.tag);
    expect(other.image.digest).not.toBe(first.image.digest);
    expect(other.environment).toEqual({ ...first.environment, result: 'found' });
  });

  it('is its environment, unchanged, and one layer of 1980 that anybody may write in', async () => {
    const environment = await readImage(parts.registry, first.environment?.reference ?? '');

    const base = await readImage(parts.registry, parts.busybox?.reference ?? '');
    const layers = image.manifest.layers;
    expect(layers.slice(0, base.manifest.layers.length)).toEqual(base.manifest.layers);
    expect(datesOf(image.config.history.slice(0, base.config.history.length))).toEqual(
      datesOf(base.config.history),
    );
    expect(layers.slice(0, -1)).toEqual(environment.manifest.layers);
    expect(image.config.history.slice(0, -1)).toEqual(environment.config.history);
    expect(image.config.history.at(-1)?.created).toBe(CREATED);
    expect(image.config.created).toBe(CREATED);

    const [last] = layers.slice(-1);
    const entries = last === undefined ? [] : await readLayer(parts.registry, image.repository, last);
    const common = { uid: 0, gid: 0, mtime: EPOCH };
    const shown = entries.map(({ content, link: _, ...entry }) => entry);
    expect(shown).toEqual([
      { path: 'workspace', type: 'directory', mode: 0o777, ...common },
      { path: 'workspace/data', type: 'directory', mode: 0o777, ...common },
      { path: 'workspace/data/a.txt', type: 'file', mode: 0o666, ...common },
      { path: 'workspace/data/b.txt', type: 'file', mode: 0o666, ...common },
      { path: 'workspace/data/numbers.txt', type: 'file', mode: 0o666, ...common },
      { path: 'workspace/src', type: 'directory', mode: 0o777, ...common },
      { path: 'workspace/src/model.py', type: 'file', mode: 0o666, ...common },
      { path: 'workspace/start.sh', type: 'file', mode: 0o777, ...common },
      { path: 'workspace/train.py', type: 'file', mode: 0o666, ...common },
    ]);
  });
});

describe('the job image with steps after the code', () => {
  const files: Files = {
    ...FILES,
    'jobimg.yml': `${RUN}image: { base: "busybox:latest", setup: [mkdir -p /opt, cp -r src /opt/installed] }\n`,
  };
  let first: AnsweredJob;

  beforeAll(async () => {
    await using repository = await repositoryWith({ files });
    first = await build('code/steps', repository.folder, {}, ['--rebuild']);
  });

  it('is the same when it is built again without a cache, from other times, modes, links and Node', async () => {
    await using repository = await repositoryWith({ files });
    await eachFile(repository.folder, 0o022);
    await linkTwice(repository.folder);
    await mkdir(join(repository.folder, 'empty'));
    await touch(repository.folder, new Date('1990-05-06T07:08:09Z'));
    const env = { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', SOURCE_DATE_EPOCH: '1234567890' };

    const again = await build('code/steps-again', repository.folder, { env, umask: '002', node: node24 }, [
      '--rebuild',
    ]);

    expect(again.image.digest).toBe(first.image.digest);
  });

  it('is the same from the cache', async () => {
    await using repository = await repositoryWith({ files });

    const again = await build('code/steps-cached', repository.folder);

    expect(again.image).toMatchObject({ result: 'built', digest: first.image.digest });
  });

  (second === undefined ? it.skip : it)('is the same from the second BuildKit', async () => {
    await using repository = await repositoryWith({ files });

    const again = await build('code/steps-second', repository.folder, {}, [
      '--rebuild',
      ...['--builder', second?.builder ?? ''],
    ]);

    expect(again.image.digest).toBe(first.image.digest);
  });

  it('has one layer per instruction of ours, every file of 1980, and the code as anybody may write it', async () => {
    const image = await stored(first);
    const environment = await readImage(parts.registry, first.environment?.reference ?? '');
    const own = image.manifest.layers.slice(environment.manifest.layers.length);

    const entries = (
      await Promise.all(own.map((layer) => readLayer(parts.registry, image.repository, layer)))
    ).flat();

    expect(image.config.created).toBe(CREATED);
    const below = image.manifest.layers.slice(0, -own.length);
    expect(below.map(({ digest }) => digest)).toEqual(
      environment.manifest.layers.map(({ digest }) => digest),
    );
    expect(entries.filter(({ mtime }) => mtime > EPOCH)).toEqual([]);
    expect(entries.find(({ path }) => path === 'opt/installed/model.py')?.content.toString()).toBe(
      'LAYERS = 3\n',
    );
    expect(entries.find(({ path }) => path === 'workspace/train.py')?.mode).toBe(0o666);
    expect(entries.filter(({ path }) => path === 'workspace').at(-1)?.mode).toBe(0o777);
  });

  it('has another id and another digest after chmod +x', async () => {
    await using repository = await repositoryWith({ files });
    await chmod(join(repository.folder, 'train.py'), 0o755);

    const other = await build('code/steps', repository.folder);

    expect(other.image.id).not.toBe(first.image.id);
    expect(other.image.digest).not.toBe(first.image.digest);
  });
});
