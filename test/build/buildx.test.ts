import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type BuilderOptions, createBuilder } from '../../src/build/buildx.ts';
import type { EngineApi } from '../../src/io/engine/api.ts';
import { startProcess } from '../../src/io/process/process.ts';
import type { Platform } from '../../src/oci/types.ts';
import { HOST_SECRETS } from '../../src/plan/dockerfile/render.ts';
import type { BuildPlan } from '../../src/plan/plan.ts';
import { buildPlan, buildRequest, ID, plainCleaner, step } from './requests.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const CONFIG = `sha256:${'b'.repeat(64)}` as const;
const METADATA = {
  'containerimage.digest': DIGEST,
  'containerimage.config.digest': CONFIG,
  'containerimage.descriptor': { digest: DIGEST },
};
const STEP = step('requirements', 'pip install x', { origin: { file: 'jobimg.yml', line: 4 } });
const PLAN = buildPlan({
  dockerfile: "FROM b\nRUN <<'JOBIMG_00000000000000aa'\npip install x\nJOBIMG_00000000000000aa\n",
  steps: [STEP],
});

/** What a real docker would be told and would see; written by the fake one at each start. */
interface Seen {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly config: unknown;
  readonly secrets: readonly string[];
}

interface FakeDocker {
  readonly options: BuilderOptions;
  readonly lines: string[];
  readonly temporary: string;
  seen(): Promise<readonly Seen[]>;
}

/** A `docker` that records its call and then does what `script` says; `tries` counts its starts from 1. */
async function fakeDocker(script: string, more: Partial<BuilderOptions> = {}): Promise<FakeDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
  const temporary = await mkdtemp(join(tmpdir(), 'jobimg-'));
  const record = join(folder, 'seen');
  const docker = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
const file = (name) => args[args.indexOf(name) + 1];
const secrets = args.flatMap((a, i) => a === '--secret' ? [args[i + 1]] : []).map((s) => /src=(.*)/.exec(s)?.[1]).filter(Boolean).map((f) => fs.readFileSync(f, 'utf8'));
const stdin = fs.readFileSync(0, 'utf8');
const config = JSON.parse(fs.readFileSync(process.env.DOCKER_CONFIG + '/config.json', 'utf8'));
fs.appendFileSync(${JSON.stringify(record)}, JSON.stringify({ args, env: process.env, stdin, config, secrets }) + '\\n');
const tries = fs.readFileSync(${JSON.stringify(record)}, 'utf8').trim().split('\\n').length;
const say = (value) => process.stderr.write((typeof value === 'string' ? value : JSON.stringify(value)) + '\\n');
const metadata = (value) => fs.writeFileSync(file('--metadata-file'), JSON.stringify(value));
${script}
`;
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(folder, 'docker'), docker);
  await chmod(join(folder, 'docker'), 0o755);
  const lines: string[] = [];
  const options: BuilderOptions = {
    env: { PATH: folder, HOME: folder, TOKEN: 'secret', SOURCE_DATE_EPOCH: '1' },
    start: startProcess,
    async *context(plan) {
      yield Buffer.from(`tar of ${plan.dockerfile.length}`);
    },
    temporary,
    folder,
    credentials: async (repositories) =>
      JSON.stringify({ auths: Object.fromEntries(repositories.map(({ registry }) => [registry, {}])) }),
    loaded: async (tag) => (tag === 'env-1' ? CONFIG : undefined),
    hostSecrets: HOST_SECRETS,
    mask: () => undefined,
    rights: { credentials: true },
    machine: { os: 'linux', architecture: 'amd64' },
    cacheFrom: [],
    cacheTo: [],
    log: { info: (line) => lines.push(line), lines: (texts) => lines.push(...texts) },
    cleaner: plainCleaner,
    signal: new AbortController().signal,
    wait: async () => undefined,
    now: () => 0,
    ...more,
  };
  const seen = async (): Promise<readonly Seen[]> =>
    existsSync(record)
      ? (await readFile(record, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  return { options, lines, temporary, seen };
}

/** An engine that is asked for nothing but what it says of itself. */
function engineThatSays(info: unknown): EngineApi {
  const refuse = async (): Promise<never> => {
    throw new Error('nothing else is asked');
  };
  const json: EngineApi['json'] = async ({ path }) => (path === '/info' ? info : refuse());
  return {
    url: 'unix:///var/run/docker.sock',
    isHere: true,
    isPrivate: true,
    call: refuse,
    dated: refuse,
    version: async () => '1.51',
    json,
  };
}

const GOOD = `metadata(${JSON.stringify(METADATA)});`;

describe('createBuilder', () => {
  it('hides what stands in the file of a secret', async () => {
    const masked: string[] = [];
    const docker = await fakeDocker(GOOD, { mask: (values) => void masked.push(...values) });
    await writeFile(join(docker.options.folder, 'key.json'), 'in a file');
    const plan = buildPlan({ ...PLAN, secrets: [{ name: 'KEY', file: 'key.json' }] });

    await createBuilder(docker.options).build(buildRequest({ plan }));

    expect(masked).toEqual(['in a file']);
  });

  it('gives a frontend that takes no certificates the Dockerfile as it is written', async () => {
    const refusal =
      "ERROR: failed to solve: dockerfile parse error on line 2: unexpected key 'env' in 'env=PIP_CERT'";
    const docker = await fakeDocker(
      `if (tries === 1) { say(${JSON.stringify(refusal)}); process.exitCode = 1; } else { ${GOOD} }`,
    );
    const bundle = join(docker.options.folder, 'ca.pem');
    await writeFile(bundle, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const env = { ...docker.options.env, SSL_CERT_FILE: bundle };
    const plan = buildPlan({ dockerfile: 'FROM b\nRUN x\n', ownPath: 'Dockerfile' });

    await createBuilder({ ...docker.options, env }).build(buildRequest({ plan }));

    const [first, second, ...more] = (await docker.seen()).map(({ stdin }) => stdin);
    expect(first).not.toBe(second);
    expect(second).toBe(`tar of ${plan.dockerfile.length}`);
    expect(more).toEqual([]);
    expect(docker.lines).toContain(
      'RUN of "Dockerfile" does not get the certificates of this machine, which takes the frontend docker/dockerfile:1.10 or newer, and the builder\'s own is older: write "# syntax=docker/dockerfile:1" as its first line',
    );
  });

  it.each([
    [
      'unexpected status from PUT request to https://r/v2/a/manifests/sha256:1f: 405 Method Not Allowed',
      true,
    ],
    ['unexpected status: 404 Not Found', true],
    ['MANIFEST_INVALID: manifest invalid', true],
    ['unexpected status: 403 Forbidden', false],
  ])('pushes under a tag what may not be pushed by its digest: %s: %s', async (said, isTagged) => {
    const failed = JSON.stringify(
      `ERROR: failed to solve: failed to push ghcr.io/acme/train@sha256:1f: ${said}`,
    );
    const docker = await fakeDocker(
      `if (args.join(' ').includes('push-by-digest')) { say(${failed}); process.exitCode = 1; } else { ${GOOD} }`,
    );

    const building = createBuilder(docker.options).build(buildRequest({ plan: PLAN }));

    if (isTagged) expect(await building).toMatchObject({ kind: 'pushed', digest: DIGEST });
    else await expect(building).rejects.toThrow('403 Forbidden');
    const outputs = (await docker.seen()).map(({ args }) => args[args.indexOf('--output') + 1]);
    expect(outputs.some((output) => output?.includes('name=ghcr.io/acme/train:jobimg.tmp'))).toBe(isTagged);
    expect(docker.lines.some((line) => line.includes('is pushed under the tag jobimg.tmp'))).toBe(isTagged);
  });

  it('says nothing of a tag where the builder is known to push nothing by its digest', async () => {
    const refusal =
      'ERROR: push-by-digest is currently not implemented for docker driver, please create a new builder instance';
    const docker = await fakeDocker(
      `if (args.join(' ').includes('push-by-digest')) { say(${JSON.stringify(refusal)}); process.exitCode = 1; } else { ${GOOD} }`,
    );

    await createBuilder(docker.options).build(buildRequest({ plan: PLAN }));

    expect(await docker.seen()).toHaveLength(2);
    expect(docker.lines.filter((line) => line.includes('digest'))).toEqual([]);
  });

  describe('with an engine that keeps images as containerd does', () => {
    const engine = async () =>
      engineThatSays({ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] });
    const output = async (more: Partial<BuilderOptions>, current?: string) => {
      const docker = await fakeDocker(GOOD, { engine });
      const folder = join(docker.options.folder, '.docker/buildx');
      await mkdir(folder, { recursive: true });
      if (current !== undefined) await writeFile(join(folder, 'current'), current);
      const env = { ...docker.options.env, ...more.env };
      await createBuilder({ ...docker.options, ...more, env }).build(buildRequest({ plan: PLAN }));
      return (await docker.seen()).map(({ args }) => args[args.indexOf('--output') + 1]);
    };
    const TAGGED = [expect.stringContaining('name=ghcr.io/acme/train:jobimg.tmp')];
    const BY_DIGEST = [expect.stringContaining('push-by-digest=true')];

    it.each<[string, Partial<BuilderOptions>, string | undefined]>([
      ['where nobody has chosen a builder', {}, undefined],
      ['where the builder of the context was chosen', {}, '{"Key":"x","Name":"","Global":false}'],
      ['for a builder that is named so', { builder: 'default' }, '{"Name":"remote"}'],
      ['for one that the machine names so', { env: { BUILDX_BUILDER: 'default' } }, '{"Name":"remote"}'],
    ])('pushes under the fixed tag at once %s', async (_, more, current) => {
      expect(await output(more, current)).toEqual(TAGGED);
    });

    it.each<[string, Partial<BuilderOptions>, string | undefined]>([
      ['that is current', {}, '{"Name":"remote"}'],
      ['that is named', { builder: 'remote' }, undefined],
      ['that the machine names', { env: { BUILDX_BUILDER: 'remote' } }, undefined],
      ['of which buildx has left half a file', {}, '{"Na'],
    ])('pushes by its digest with another builder %s', async (_, more, current) => {
      expect(await output(more, current)).toEqual(BY_DIGEST);
    });
  });

  it('gives a build without a right to credentials no login of the machine, and not its network', async () => {
    const env = {
      PIP_INDEX_URL: 'https://ada:s3cret@pypi.example.com/simple',
      HTTPS_PROXY: 'http://ada:s3cret@proxy.example.com:3128',
      JOBIMG_BUILD_NETWORK: 'host',
    };
    const rights = { credentials: false };
    const docker = await fakeDocker(GOOD, { rights });

    const options = { ...docker.options, env: { ...docker.options.env, ...env } };
    await createBuilder(options).build(buildRequest({ plan: PLAN }));

    const [seen] = await docker.seen();
    expect(seen?.secrets.join('')).toContain('https://pypi.example.com/simple');
    expect(JSON.stringify(seen)).not.toContain('s3cret');
    expect(seen?.args).not.toContain('--network');
    expect(seen?.args).toContain('HTTPS_PROXY');
  });

  it('builds with one process, its own login and nothing left behind', async () => {
    const docker = await fakeDocker(GOOD);
    const plan = buildPlan({
      ...PLAN,
      reads: [{ registry: 'docker.io', path: 'library/python' }],
      secrets: [{ name: 'TOKEN' }],
    });

    const built = await createBuilder(docker.options).build(buildRequest({ plan }));

    expect(built).toEqual({
      kind: 'pushed',
      repository: { registry: 'ghcr.io', path: 'acme/train' },
      digest: DIGEST,
      configDigest: CONFIG,
    });
    const [seen, ...others] = await docker.seen();
    expect(others).toEqual([]);
    expect(seen?.args.slice(0, 3)).toEqual(['buildx', 'build', '--progress=rawjson']);
    expect(seen?.stdin).toBe(`tar of ${PLAN.dockerfile.length}`);
    expect(seen?.config).toEqual({ auths: { 'ghcr.io': {}, 'docker.io': {} } });
    expect(seen?.secrets).toHaveLength(2);
    expect(seen?.env).toMatchObject({ SOURCE_DATE_EPOCH: '1767225600', JOBIMG_SECRET_2: 'secret' });
    expect(seen?.env).not.toHaveProperty('TOKEN');
    expect(await readdir(docker.temporary)).toEqual([]);
  });

  it('asks the engine for the image it loaded', async () => {
    const docker = await fakeDocker(GOOD);

    const built = await createBuilder(docker.options).build(
      buildRequest({ to: { kind: 'engine', tag: 'env-1' } }),
    );

    expect(built).toEqual({ kind: 'loaded', engineId: CONFIG });
  });

  it('gives logins for caches in registries as well', async () => {
    const docker = await fakeDocker(GOOD, {
      cacheFrom: ['type=registry,ref=cache.example.com/c:1'],
      cacheTo: ['other.example.com/c'],
    });

    await createBuilder(docker.options).build(buildRequest());

    const [seen] = await docker.seen();
    expect(seen?.config).toEqual({
      auths: { 'ghcr.io': {}, 'cache.example.com': {}, 'other.example.com': {} },
    });
  });

  it('hands over a secret that is too large for a variable', async () => {
    const docker = await fakeDocker(GOOD);
    const options = { ...docker.options, env: { ...docker.options.env, TOKEN: 'x'.repeat(200_000) } };

    await createBuilder(options).build(buildRequest({ plan: buildPlan({ secrets: [{ name: 'TOKEN' }] }) }));

    const [seen] = await docker.seen();
    expect(seen?.secrets[2]).toHaveLength(200_000);
  });

  it('shows a failed step and throws it with its place', async () => {
    const docker = await fakeDocker(`
      const vertex = { digest: 'v', name: "[stage-0 2/2] RUN <<'JOBIMG_00000000000000aa' (pip...)", started: '2026-01-01T00:00:00Z' };
      say({ vertexes: [vertex] });
      say({ logs: [{ vertex: 'v', data: Buffer.from('no such package\\n').toString('base64') }] });
      const error = 'process "x" did not complete successfully: exit code: 1';
      say({ vertexes: [{ ...vertex, completed: '2026-01-01T00:00:01Z', error }] });
      say('ERROR: failed to build: failed to solve: ' + error);
      process.exitCode = 1;`);

    const building = createBuilder(docker.options).build(buildRequest({ plan: PLAN }));

    await expect(building).rejects.toMatchObject({
      kind: 'build',
      findings: [
        {
          message: 'the step "requirements" failed with exit code 1; its last lines:\n  no such package',
          location: { file: 'jobimg.yml', line: 4 },
        },
      ],
    });
    expect(docker.lines).toEqual(['=> requirements', '  no such package']);
    expect(await docker.seen()).toHaveLength(1);
    expect(await readdir(docker.temporary)).toEqual([]);
  });

  it('tries again when the network failed, with a new context each time', async () => {
    const docker = await fakeDocker(`
      if (tries < 3) { say('ERROR: failed to solve: failed to push: unexpected status: 503 Service Unavailable'); process.exitCode = 1; }
      else { ${GOOD} }`);

    const built = await createBuilder(docker.options).build(buildRequest());

    expect(built).toMatchObject({ digest: DIGEST });
    expect((await docker.seen()).map(({ stdin }) => stdin)).toEqual(Array(3).fill('tar of 13'));
    expect(docker.lines).toHaveLength(2);
  });

  it('tries a step of ours again that the network failed, and says so', async () => {
    const docker = await fakeDocker(`
      const vertex = { digest: 'v', name: "[stage-0 2/2] RUN <<'JOBIMG_00000000000000aa' (apt...)", started: '2026-01-01T00:00:00Z' };
      if (tries < 3) {
        say({ vertexes: [vertex] });
        const line = "W: Failed to fetch http://mirror.example.com/InRelease  Temporary failure resolving 'mirror.example.com'\\n";
        say({ logs: [{ vertex: 'v', data: Buffer.from(line).toString('base64') }] });
        const error = 'process "x" did not complete successfully: exit code: 100';
        say({ vertexes: [{ ...vertex, completed: '2026-01-01T00:00:01Z', error }] });
        say('ERROR: failed to build: failed to solve: ' + error);
        process.exitCode = 1;
      } else { ${GOOD} }`);
    const waits: number[] = [];
    const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
    const plan = {
      ...PLAN,
      steps: PLAN.steps.map((one) => ({ ...one, title: 'apt', kind: 'apt' as const })),
    };

    const built = await createBuilder({ ...docker.options, wait }).build(buildRequest({ plan }));

    expect(built).toMatchObject({ digest: DIGEST });
    expect(waits).toEqual([5_000, 15_000]);
    expect(docker.lines.filter((line) => line.startsWith('the network'))).toEqual([
      'the network failed the step "apt"; the build is tried again in 5 s (1 of 3)',
      'the network failed the step "apt"; the build is tried again in 15 s (2 of 3)',
    ]);
  });

  it('gives up after three more tries', async () => {
    const docker = await fakeDocker(`say('ERROR: dial tcp: i/o timeout'); process.exitCode = 1;`);

    await expect(createBuilder(docker.options).build(buildRequest())).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await docker.seen()).toHaveLength(4);
  });

  it('tells an engine without the containerd store by what it reports', async () => {
    const metadata = { 'containerimage.digest': DIGEST, 'containerimage.config.digest': CONFIG };
    const docker = await fakeDocker(`metadata(${JSON.stringify(metadata)});`);

    await expect(createBuilder(docker.options).build(buildRequest())).rejects.toThrow(
      'does not use the containerd image store',
    );
  });

  it('builds nothing in an engine without the containerd store, but in a builder beside it', async () => {
    const engine = async () => engineThatSays({ DriverStatus: [['Backing Filesystem', 'extfs']] });
    const docker = await fakeDocker(GOOD, { engine });

    const inEngine = createBuilder({ ...docker.options, builder: 'default' }).build(buildRequest());
    await expect(inEngine).rejects.toThrow('does not use the containerd image store');
    expect(await docker.seen()).toEqual([]);
    await createBuilder({ ...docker.options, builder: 'remote' }).build(buildRequest());

    expect(await docker.seen()).toHaveLength(1);
  });

  it('stops buildx when it is cancelled', async () => {
    const abort = new AbortController();
    const docker = await fakeDocker(
      `process.on('SIGTERM', () => { say('ERROR: context canceled'); process.exit(1); });
       const vertex = { digest: 'v', name: '[2/2] RUN sleep', started: '2026-01-01T00:00:00Z' };
       say({ vertexes: [vertex] }); setInterval(() => 0, 1000);`,
      { signal: abort.signal, log: { info: () => undefined, lines: () => abort.abort() } },
    );

    await expect(createBuilder(docker.options).build(buildRequest())).rejects.toThrow(
      'the build was cancelled',
    );
    expect(await docker.seen()).toHaveLength(1);
  });

  it('stops buildx and says why when the context cannot be read', async () => {
    const docker = await fakeDocker(GOOD, {
      // biome-ignore lint/correctness/useYield: it fails before there is anything.
      async *context() {
        throw new Error('train.py changed while building');
      },
    });

    await expect(createBuilder(docker.options).build(buildRequest())).rejects.toThrow(
      'train.py changed while building',
    );
  });

  it('says that docker is missing, and that buildx is', async () => {
    const docker = await fakeDocker(
      `say("docker: 'buildx' is not a docker command."); process.exitCode = 1;`,
    );
    const without = { ...docker.options, env: { PATH: '/nonexistent' } };

    await expect(createBuilder(docker.options).build(buildRequest())).rejects.toThrow('docker has no buildx');
    await expect(createBuilder(without).build(buildRequest())).rejects.toThrow(
      'the build needs Docker with buildx, and this machine has neither',
    );
  });
});

describe('the platforms that a build is for', () => {
  const ARM64 = { os: 'linux', architecture: 'arm64' };
  const AMD64 = { os: 'linux', architecture: 'amd64' };
  const ENGINE = { kind: 'engine' } as const;
  const planFor = (platform: Platform): BuildPlan => buildPlan({ platform });

  /** A `docker` whose builder runs these. */
  async function builderOf(platforms: string, code = 0) {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
    const record = join(folder, 'seen');
    const script = `#!/bin/sh\necho "$@" >> ${record}\necho 'Platforms: ${platforms}'\nexit ${code}\n`;
    await writeFile(join(folder, 'docker'), script);
    await chmod(join(folder, 'docker'), 0o755);
    const { options } = await fakeDocker(GOOD, { env: { PATH: folder } });
    return {
      builder: createBuilder(options),
      seen: () => (existsSync(record) ? readFile(record, 'utf8') : ''),
    };
  }

  it('are not asked about when they are the machine itself', async () => {
    const { builder, seen } = await builderOf('linux/386');

    await builder.check([planFor(AMD64)], ENGINE);

    expect(await seen()).toBe('');
  });

  it('are asked of the builder once', async () => {
    const { builder, seen } = await builderOf('linux/amd64, linux/arm64');

    await builder.check([planFor(AMD64), planFor(ARM64)], ENGINE);
    await builder.check([planFor(ARM64)], ENGINE);

    expect(await seen()).toBe('buildx inspect --bootstrap\n');
  });

  it('are refused when the builder cannot run them', async () => {
    const { builder } = await builderOf('linux/amd64');

    await expect(builder.check([planFor(AMD64), planFor(ARM64)], ENGINE)).rejects.toThrow(
      'the builder cannot run programs for linux/arm64, which the build needs; it can run linux/amd64',
    );
  });

  it('are left to the build where buildx does not tell', async () => {
    const { builder } = await builderOf('linux/amd64', 1);

    await expect(builder.check([planFor(ARM64)], ENGINE)).resolves.toBeUndefined();
  });
});

it('keeps the id that was asked for in the annotations', async () => {
  const docker = await fakeDocker(GOOD);

  await createBuilder(docker.options).build(buildRequest());

  const [seen] = await docker.seen();
  expect(seen?.args.join(' ')).toContain(`annotation.dev.jobimg.id=${ID}`);
});
