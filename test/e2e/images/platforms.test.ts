import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuildkitd } from '../../engine/buildkit/buildkitd.ts';
import { command } from '../../engine/machine/command.ts';
import { ensureParts } from '../../engine/parts/parts.ts';
import { readImage, readIndex, readRequests, readTags } from '../support/images/images.ts';
import { type AnsweredJob, type Call, type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';

const BOTH = ['linux/amd64', 'linux/arm64'];

/** Nothing of the other platform runs while it is built. */
const OWN: Files = {
  'jobimg.yml':
    'name: train\nrun: sh train.sh\nimage: { dockerfile: Dockerfile, context: environment, platforms: [linux/arm64, linux/amd64] }\n',
  Dockerfile: 'FROM busybox:latest\nARG TARGETARCH\nENV BUILT_FOR=$TARGETARCH\nCOPY data.txt /data.txt\n',
  'environment/data.txt': 'data\n',
  'train.sh': 'cat /data.txt; echo built for $BUILT_FOR\n',
};

const STEPS: Files = {
  'jobimg.yml':
    'name: train\nrun: cat /made\nimage: { base: "busybox:latest", platforms: [linux/amd64, linux/arm64], build: ["echo made > /made"] }\n',
};

const parts = await startParts({ name: 'platforms', bases: ['busybox', 'python'] });
const second = await ensureBuildkitd();
const withSecond = second === undefined ? it.skip : it;

afterAll(() => parts[Symbol.asyncDispose]());

function call(
  verb: string,
  name: string,
  folder: string,
  more: readonly string[] = [],
  options: Call = {},
): Promise<Ended> {
  const to = ['--registry', `${parts.registry.host}/${name}`, '--defaults', parts.defaults];
  return jobimg([verb, '-C', folder, ...to, ...more], { ...options, env: { ...parts.env, ...options.env } });
}

async function build(name: string, folder: string, options: Call = {}): Promise<AnsweredJob> {
  return onlyJob(await call('build', name, folder, ['--json'], options));
}

/** What is asked of a repository of ours while it works. */
async function requestsOf(name: string, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await readRequests(parts.registry)).length;
  await work();
  const asked = (await readRequests(parts.registry)).slice(before);
  return asked
    .filter(({ path, status }) => path.startsWith(`/v2/${name}/`) && status !== 401)
    .map(({ method, path }) => `${method} ${path}`);
}

async function crane(...words: readonly string[]): Promise<string> {
  const { prefix } = await ensureParts();
  const env = { ...process.env, ...parts.registry.env };
  return (await command(join(prefix, 'usr/bin/crane'), words, { env })).stdout;
}

describe('your own Dockerfile for two platforms', () => {
  const name = 'platforms/own';
  let repository: Repository;
  let first: AnsweredJob;

  beforeAll(async () => {
    repository = await repositoryWith({ files: OWN });
    first = await build(name, repository.folder);
  });

  afterAll(() => repository[Symbol.asyncDispose]());

  it('gives an index of two, each with its own config, and the annotations of a manifest', async () => {
    const index = await readIndex(parts.registry, first.image.reference);
    const images = await Promise.all(
      index.manifests.map(({ digest }) =>
        readImage(parts.registry, `${parts.registry.host}/${name}@${digest}`),
      ),
    );

    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(index.manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`)).toEqual(BOTH);
    expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 'arm64']);
    expect(images.map(({ config }) => config.config.Env)).toEqual([
      expect.arrayContaining(['BUILT_FOR=amd64']),
      expect.arrayContaining(['BUILT_FOR=arm64']),
    ]);
    expect(index.annotations['dev.jobimg.id']).toBe(first.image.id);
    expect(index.annotations['dev.jobimg.environment']).toBe(first.environment?.reference.split('@')[1]);
    expect(index.digest).toBe(first.image.digest);
  });

  it('is whole in the eyes of another program', async () => {
    expect(await crane('validate', '--fast', '--remote', first.image.reference)).toMatch(/PASS/);
    expect(await crane('digest', '--platform', 'linux/arm64', first.image.reference)).toMatch(/^sha256:/);
  });

  it('has one code layer for both, sent once', async () => {
    const { manifests } = await readIndex(parts.registry, first.image.reference);
    const layers = await Promise.all(
      manifests.map(async ({ digest }) => {
        const { manifest } = await readImage(parts.registry, `${parts.registry.host}/${name}@${digest}`);
        return manifest.layers.at(-1)?.digest;
      }),
    );

    expect(new Set(layers).size).toBe(1);
  });

  it('is found by one request', async () => {
    let again: AnsweredJob | undefined;
    const asked = await requestsOf(name, async () => {
      again = await build(name, repository.folder);
    });

    expect(asked).toEqual([`GET /v2/${name}/manifests/${first.image.tag}`]);
    expect(again?.image).toMatchObject({ reference: first.image.reference, result: 'found', cache: 'image' });
  });

  it('runs here, from the digest of the index', async () => {
    const ended = await call('run', name, repository.folder);

    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^built for (?:amd64|arm64)$/m);
  });

  it('is verified, each platform and both indexes', async () => {
    const ended = await call('verify', name, repository.folder, ['--json']);

    const { verdict, images } = JSON.parse(ended.stdout) as {
      readonly verdict: string;
      readonly images: readonly { readonly platform?: string; readonly verdict: string }[];
    };
    expect(verdict).toBe('same');
    expect(images.map(({ platform }) => platform)).toEqual([
      ...BOTH.flatMap((platform) => [platform, platform]),
      undefined,
      undefined,
    ]);
  });

  it('gets only new layers for new code, without any docker', async () => {
    await using programs = await onlyPrograms();
    await using edited = await repositoryWith({ files: { ...OWN, 'train.sh': 'echo edited\n' } });

    const made = await build(name, edited.folder, { env: { PATH: programs.path } });

    expect(made.image).toMatchObject({ result: 'pushed', cache: 'environment' });
    expect(made.environment?.reference).toBe(first.environment?.reference);
  });
});

describe('a builder that cannot run one of the platforms', () => {
  it('is told before anything is built', async () => {
    await using repository = await repositoryWith({
      files: {
        // Of what BuildKit runs or has emulated, nothing is a ppc64 of this byte order.
        'jobimg.yml':
          'name: train\nrun: /x\nimage: { dockerfile: Dockerfile, platforms: [linux/amd64, linux/ppc64] }\n',
        Dockerfile: 'FROM scratch\nCOPY x /x\nRUN ["/x"]\n',
        x: 'x\n',
      },
    });

    const ended = await call('build', 'platforms/lacking', repository.folder);

    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/the builder cannot run programs for linux\/ppc64, which the build needs/);
    expect(ended.stderr).toMatch(/docker\/setup-qemu-action/);
    expect(await readTags(parts.registry, 'platforms/lacking')).toEqual([]);
  });
});

describe('a builder for both platforms', () => {
  withSecond('runs the steps of each', async () => {
    await using repository = await repositoryWith({ files: STEPS });
    const env = await builderFor(BOTH.join());

    const made = await build('platforms/steps', repository.folder, env);
    const { manifests } = await readIndex(parts.registry, made.image.reference);

    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    expect(made.image.result).toBe('pushed');
    // This builder pushes by digest, so that nothing else has a tag.
    expect(await readTags(parts.registry, 'platforms/steps')).not.toContain('jobimg.tmp');
  });
});

/** The second BuildKit under another name, with platforms that its user names: emulators are not asked for. */
async function builderFor(platforms: string): Promise<Required<Pick<Call, 'env'>>> {
  if (second === undefined) throw new Error('there is no second BuildKit');
  const name = `platforms-${platforms.replaceAll(/[^a-z0-9]/g, '-')}`;
  await command('docker', ['buildx', 'rm', '--force', name], {
    env: { ...process.env, ...second.env },
    allowFailure: true,
  });
  await command(
    'docker',
    [
      'buildx',
      'create',
      '--name',
      name,
      '--driver',
      'remote',
      '--platform',
      platforms,
      `unix://${second.socket}`,
    ],
    { env: { ...process.env, ...second.env } },
  );
  return { env: { BUILDX_CONFIG: second.env['BUILDX_CONFIG'] ?? '', BUILDX_BUILDER: name } };
}
