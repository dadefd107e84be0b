import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { type LayerEntry, readImage } from '../support/images/images.ts';
import { pushTampered } from '../support/images/tampered.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';

/** So that each run of the tests builds anew, whatever the engine keeps from the one before. */
const FRESH = `${process.pid}-${performance.timeOrigin}`;
/** 900 TB, which no disk of a machine that tests has. */
const TOO_MUCH = '900000000000000';
const TOLD =
  /the build takes at least [\d.]+ [MGT]B of disk, and "(\S+)" has [\d.]+ [MGT]B free: it fetches (.*)/;

function freshFile(entries: readonly LayerEntry[]): LayerEntry {
  const file = entries.find(({ type }) => type === 'file');
  if (file === undefined) throw new Error('a base without files');
  return { ...file, path: 'etc/fresh', content: Buffer.from(FRESH) };
}

describe('a build that cannot fit on the disk of the engine', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'disk', auth: 'none' });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  /** A lock with a real wheel, whose size it says wrong. */
  async function repositoryOf(name: string, size: string, image = ''): Promise<Repository> {
    const golden = join(import.meta.dirname, '../../golden/recipe/pylock/repository/pylock.toml');
    const lock = (await readFile(golden, 'utf8')).replace('size = 11050', `size = ${size}`);
    return repositoryWith({
      files: {
        'jobimg.yml': `name: ${name}\nrun: python -c "import six"\nimage: { ${image}requirements: pylock.toml, env: { FRESH: "${name} ${FRESH}" } }\n`,
        'pylock.toml': lock,
      },
    });
  }

  /** The base of the tests with another file in its last layer. */
  async function ownBase(): Promise<string> {
    const { registry, python } = parts;
    const image = await readImage(registry, python?.reference ?? '');
    const tag = FRESH;
    await pushTampered({
      registry,
      image,
      tag,
      change: (entries) => [...entries, freshFile(entries)],
      level: 1,
    });
    return `${registry.host}/${image.repository}:${tag}`;
  }

  function inputs(): Record<string, string> {
    return { registry: `${parts.registry.host}/acme/disk`, defaults: parts.defaults, dispatch: 'true' };
  }

  function build({ folder }: Repository): Promise<Ended> {
    const to = ['--registry', `${parts.registry.host}/acme/disk`, '--defaults', parts.defaults, '--json'];
    return jobimg(['build', ...to], { cwd: folder, env: parts.env });
  }

  it('is told before it, with the step that makes room on a runner of GitHub; what is found tells nothing', async () => {
    await using repository = await repositoryOf('large', TOO_MUCH);
    const step = {
      workspace: repository.folder,
      env: { ...parts.env, RUNNER_ENVIRONMENT: 'github-hosted' },
      inputs: inputs(),
    };

    const first = await runStep(step);
    const second = await runStep(step);

    const [, folder] = TOLD.exec(first.log) ?? [];
    expect(folder).toMatch(/^\//);
    expect(first.log.search(TOLD)).toBeLessThan(first.log.indexOf('built as sha256:'));
    expect(first.commands).toContainEqual(
      expect.objectContaining({
        name: 'warning',
        message: expect.stringContaining('docker image prune --all --force'),
      }),
    );
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.log).not.toMatch(TOLD);
  });

  it('counts the layers of a base that the builder has not fetched, as its manifest says them', async () => {
    await using earlier = await repositoryOf('base', '11050');
    const base = onlyJob(await build(earlier)).environment?.reference;
    await using repository = await repositoryOf('on-base', TOO_MUCH, `base: "${base}", `);

    const ended = await build(repository);

    expect(TOLD.exec(ended.stderr)?.[2]).toMatch(
      /^[\d.]+ MB of images and 900\.0 TB of packages, which are kept/,
    );
  });

  it('counts no base that the builder has fetched before', async () => {
    // A builder says of layers only by which image they came first, so this one's are nobody else's.
    const base = `base: "${await ownBase()}", `;
    await using earlier = await repositoryOf('earlier', '11050', base);
    await using repository = await repositoryOf('later', TOO_MUCH, base);

    const before = await build(earlier);
    const ended = await build(repository);

    expect(onlyJob(before).environment?.result).toBe('built');
    expect(before.stderr).not.toMatch(TOLD);
    expect(TOLD.exec(ended.stderr)?.[2]).toMatch(/^900\.0 TB of packages, which are kept/);
    expect(ended.stderr).toContain('docker system prune, docker buildx prune');
  });
});

describe('an engine whose disk is too small for the base', () => {
  let disk: SmallDisk;
  let parts: Parts;
  let engine: Awaited<ReturnType<typeof ensureDocker>>;

  beforeAll(async () => {
    disk = await smallDisk('small', '110m');
    parts = await startParts({ name: 'small-disk', auth: 'none' });
    engine = await ensureDocker({ name: 'small', containerdStore: false });
  });

  afterAll(async () => {
    await Promise.all([disk, parts].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('is told before the build, which then ends for that reason, with the same step to add', async () => {
    await using repository = await repositoryWith({
      files: { 'jobimg.yml': 'name: small\nrun: python -V\nimage: { build: ["true"] }\n' },
    });

    const ended = await runStep({
      workspace: repository.folder,
      env: { ...parts.env, ...engine.env, RUNNER_ENVIRONMENT: 'github-hosted' },
      inputs: { registry: 'none', defaults: parts.defaults },
    });

    const room = expect.stringContaining('sudo rm -rf /usr/local/lib/android');
    const told = ended.commands.filter(({ name }) => ['warning', 'error'].includes(name));
    expect(TOLD.exec(ended.log)?.[1]).toBe(disk.folder);
    expect(told).toEqual([
      expect.objectContaining({ name: 'warning', message: room }),
      expect.objectContaining({ name: 'error', message: room }),
    ]);
    expect(told[1]?.message).toMatch(/^no space is left for the build: /);
    expect(ended.code).toBe(4);
  });
});
