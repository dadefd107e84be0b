import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuildkitd } from '../../engine/buildkit/buildkitd.ts';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { containersOf, docker } from '../support/images/containers.ts';
import { readRequests } from '../support/images/images.ts';
import { type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Files, repositoryWith } from '../support/repository.ts';
import { watch } from '../support/watched.ts';

const run = promisify(execFile);

interface Wrong {
  readonly what: string;
  readonly files: Files;
  /** Each is somewhere in what the user is told. */
  readonly told: readonly (string | RegExp)[];
  readonly words?: readonly string[];
}

const SPECS: readonly Wrong[] = [
  {
    what: 'unknown fields, all at once, each with the nearest known one',
    files: { 'jobimg.yml': 'run: "true"\ntimout: 5m\nimage: { requirement: r.txt }\n' },
    told: [
      'jobimg.yml:2:1: error: unknown key "timout"',
      'did you mean "timeout"?',
      'jobimg.yml:3:10: error:',
      '"requirements"',
    ],
  },
  {
    what: 'values of a wrong type',
    files: { 'jobimg.yml': 'run: { a: b }\ntimeout: soon\nmemory: -1\nimage: { apt: 3 }\n' },
    told: [
      'jobimg.yml:1:6: error: run:',
      'jobimg.yml:2:10: error: timeout:',
      'jobimg.yml:3:9: error: memory:',
      'jobimg.yml:4:15: error: image.apt:',
    ],
  },
  {
    what: 'YAML that cannot be read',
    files: { 'jobimg.yml': 'run: "true\n' },
    told: [/jobimg\.yml:\d+:\d+: error: /],
  },
  {
    what: 'nothing to run',
    files: { 'jobimg.yml': 'timeout: 5m\n' },
    told: ['jobimg.yml:1:1: error: there is nothing to run', '→'],
  },
  {
    what: 'two specs in one folder',
    files: { 'jobimg.yml': 'run: "true"\n', 'jobimg.yaml': 'run: "false"\n' },
    told: ['jobimg.yml', 'jobimg.yaml', /--spec|`spec`/],
  },
  { what: 'no spec', files: { 'main.py': '' }, told: [/jobimg\.yml/, /→/] },
  {
    what: 'a spec that is named and is not there',
    files: { 'jobimg.yml': 'run: "true"\n' },
    words: ['--spec', 'other.yml'],
    told: ['"other.yml"'],
  },
  {
    what: 'a dependency file that is not there',
    files: { 'jobimg.yml': 'run: "true"\nimage: { requirements: nope.txt }\n' },
    told: ['jobimg.yml:2:24: error: the dependency file "nope.txt" does not exist', '→'],
  },
  {
    what: 'a requirements file that leads to one that is not there',
    files: { 'jobimg.yml': 'run: "true"\n', 'requirements.txt': 'six\n-r more.txt\n' },
    told: [/requirements\.txt(:2(:\d+)?)?: error: .*"more\.txt"/, '→'],
  },
  {
    what: 'your own Dockerfile that is not there',
    files: { 'jobimg.yml': 'run: "true"\nimage: { dockerfile: docker/Dockerfile }\n' },
    told: ['jobimg.yml:2:22: error:', '"docker/Dockerfile"', '→'],
  },
  {
    what: 'a stage that the own Dockerfile does not have',
    files: {
      'jobimg.yml': 'run: "true"\nimage: { dockerfile: Dockerfile, target: trian }\n',
      Dockerfile: 'FROM busybox AS train\n',
    },
    told: ['"trian"', 'its stages: train'],
  },
  {
    what: 'a path that leaves the repository',
    files: { 'jobimg.yml': 'run: "true"\nimage: { dockerfile: ../Dockerfile }\noutputs: [/etc]\n' },
    told: ['"../Dockerfile"', '"/etc"'],
  },
  {
    what: 'a base that does not exist',
    files: { 'jobimg.yml': 'run: "true"\nimage: { base: nope:1 }\n' },
    told: [/jobimg\.yml:2:16: error: the image ".*nope:1" does not exist/, '→'],
  },
  {
    what: 'an image by reference that does not exist',
    files: { 'jobimg.yml': 'run: "true"\nimage: docker.io/library/nope:1\n' },
    told: [/jobimg\.yml:2:8: error: the image ".*nope:1" does not exist/, '→'],
  },
  {
    what: 'a field of another shape, and a backend that does not work yet',
    files: {
      'jobimg.yml': 'run: "true"\nretry: 3\nbackend: batch\n',
    },
    told: [
      'jobimg.yml:2:8: error: retry: expected a mapping',
      'jobimg.yml:3:10: error: backend: the backend "batch" is not supported yet',
    ],
  },
  {
    what: 'a placeholder that nobody knows',
    files: { 'jobimg.yml': 'run: echo {{ learning }}\nparams: { learning-rate: 1 }\n' },
    told: ['jobimg.yml:1:11: error: "{{ learning }}" is not known', 'known: learning-rate'],
  },
  {
    what: 'a job that is not in the spec',
    files: { 'jobimg.yml': 'jobs: { train: { run: "true" }, test: { run: "true" } }\n' },
    words: ['--job', 'trian'],
    told: ['"trian"', '"train"'],
  },
  {
    what: 'several jobs and none chosen',
    files: { 'jobimg.yml': 'jobs: { train: { run: "true" }, test: { run: "true" } }\n' },
    told: ['train', 'test', '--job'],
  },
  {
    what: 'a secret without a value',
    files: { 'jobimg.yml': 'run: "true"\nimage: { base: busybox }\nsecrets: [HF_TOKEN]\n' },
    told: ['jobimg.yml:3:10: error:', '"HF_TOKEN"', '→'],
  },
  {
    what: 'a folder that is not there',
    files: {},
    words: ['-C', '/no/such/folder'],
    told: ['error: the folder "/no/such/folder" does not exist', '→'],
  },
  {
    what: 'a registry without a repository',
    files: { 'jobimg.yml': 'run: "true"\nimage: { base: busybox }\n' },
    words: ['--registry', 'ghcr.io'],
    told: ['error: registry: "ghcr.io" names no repository', 'ghcr.io/acme/train'],
  },
  {
    what: 'an option that nobody knows',
    files: { 'jobimg.yml': 'run: "true"\n' },
    words: ['--registri', 'x'],
    told: ['jobimg run has no option "--registri"', '--registry'],
  },
];

describe('what bad input gets', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'bad-input', auth: 'token', bases: ['busybox'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  interface Attempt {
    readonly files: Files;
    readonly registry?: string;
    readonly words?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  }

  interface Outcome {
    readonly ended: Ended;
    /** What changed in the registry: every request that writes. */
    readonly writes: readonly string[];
    readonly containers: number;
  }

  /** `jobimg run` in a repository of these files, and what of it can be seen from outside. */
  async function attempt({
    files,
    registry = `${parts.registry.host}/bad/input`,
    words = [],
    env,
  }: Attempt): Promise<Outcome> {
    await using repository = await repositoryWith({ files });
    const before = (await readRequests(parts.registry)).length;
    const ended = await jobimg(
      ['run', '--registry', registry, '--defaults', parts.defaults, '--override', 'name=bad-input', ...words],
      {
        cwd: repository.folder,
        env: { ...parts.env, ...env },
      },
    );
    const requests = (await readRequests(parts.registry)).slice(before);
    const writes = requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'));
    return {
      ended,
      writes: writes.map(({ path }) => path),
      containers: (await containersOf('bad-input', parts.env)).length,
    };
  }

  it.each(SPECS)('says $what', async ({ files, words, told }) => {
    await using repository = await repositoryWith({ files });
    const before = (await readRequests(parts.registry)).length;

    const { code: actual, stderr } = await jobimg(
      [
        'run',
        '--registry',
        `${parts.registry.host}/bad/input`,
        '--defaults',
        parts.defaults,
        ...(words ?? []),
      ],
      { cwd: repository.folder, env: parts.env },
    );
    const asked = (await readRequests(parts.registry)).slice(before);

    for (const part of told) expect(stderr).toMatch(part);
    expect(actual).toBe(125);
    expect(stderr).not.toMatch(/this is a bug|\n {4}at /);
    expect(asked.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
  });

  it('gives what is wrong as one JSON object on stdout with `--json`', async () => {
    const { ended } = await attempt({
      files: { 'jobimg.yml': 'run: "true"\ntimout: 5m\n' },
      words: ['--json'],
    });

    expect(ended.code).toBe(125);
    expect(ended.json).toEqual({
      kind: 'input',
      findings: [
        {
          level: 'error',
          code: 'unknown-key',
          message: 'unknown key "timout"',
          file: 'jobimg.yml',
          line: 2,
          column: 1,
          hint: 'did you mean "timeout"?',
        },
      ],
    });
  });

  const BUSYBOX: Files = { 'jobimg.yml': 'run: "true"\nimage: { base: busybox }\n' };

  it('stops at a registry that is named and may not be written to, before it builds', async () => {
    await using login = await readonlyLogin(parts);

    const { ended, writes, containers } = await attempt({ files: BUSYBOX, env: login.env });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/error: .*bad\/input/);
    expect(ended.stderr).toMatch(/→/);
    expect(ended.stdout).not.toMatch(/^=> /m);
    expect([writes, containers]).toEqual([[], 0]);
  });

  it('never takes a registry that does not answer for one that has nothing', async () => {
    const { ended, writes, containers } = await attempt({
      files: BUSYBOX,
      registry: '127.0.0.1:1/bad/input',
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/error: .*127\.0\.0\.1:1.*nothing answers there/);
    expect(ended.stdout).not.toMatch(/^=> /m);
    expect([writes, containers]).toEqual([[], 0]);
  });

  it('says what is missing without a docker program, where a build needs one', async () => {
    await using programs = await onlyPrograms();

    const { ended, writes, containers } = await attempt({
      files: { 'jobimg.yml': 'run: "true"\nimage: { base: busybox, env: { A: no-docker } }\n' },
      env: { PATH: programs.path },
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(
      /the build needs Docker with buildx, and this machine has neither\n {2}→ .*install docker-cli/,
    );
    expect([writes, containers]).toEqual([[], 0]);
  });

  it.each(['none', 'named'])('says which engine does not answer (registry: %s)', async (registry) => {
    const { ended, writes } = await attempt({
      files: { 'jobimg.yml': 'run: "true"\nimage: { base: busybox, env: { A: no-engine } }\n' },
      ...(registry === 'none' ? { registry } : {}),
      env: { DOCKER_HOST: 'tcp://127.0.0.1:1' },
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/error: .*tcp:\/\/127\.0\.0\.1:1/);
    expect(ended.stderr).toMatch(/→ .*DOCKER_HOST/);
    expect(writes).toEqual([]);
  });

  it('says which ways are open where no builder can be created next to an engine without the containerd image store', async () => {
    const classic = await ensureDocker({ name: 'classic', containerdStore: false });
    await docker(['rm', '--force', 'buildx_buildkit_jobimg0'], { DOCKER_HOST: classic.host });

    const { ended, writes, containers } = await attempt({
      files: { 'jobimg.yml': 'run: "true"\nimage: { base: busybox, env: { A: classic } }\n' },
      env: { DOCKER_HOST: classic.host },
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('containerd-snapshotter');
    expect(ended.stderr).toMatch(/`builder`|--builder/);
    expect(ended.stdout).not.toMatch(/^=> /m);
    expect([writes, containers]).toEqual([[], 0]);
  });

  it('shows the last lines of a build step that fails, and its place in the spec', async () => {
    const { ended, writes, containers } = await attempt({
      files: {
        'jobimg.yml':
          'run: "true"\nimage:\n  base: busybox\n  build:\n    - echo going; echo "it broke" >&2; exit 3\n',
      },
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(/jobimg\.yml:5:7: error: .*exit code 3[\s\S]*it broke/);
    expect([writes, containers]).toEqual([[], 0]);
  });

  it('says so when the builder dies under a build', async () => {
    const second = await ensureBuildkitd();
    if (second === undefined) return;
    await using builder = await mortalBuilder(second.socket, parts.env);
    await using repository = await repositoryWith({
      files: {
        'jobimg.yml': `run: "true"\nimage: { base: busybox, build: ["echo building-now; sleep 60 # ${Date.now()}"] }\n`,
      },
    });
    const words = [
      '--registry',
      `${parts.registry.host}/bad/input`,
      '--defaults',
      parts.defaults,
      '--builder',
      builder.name,
    ];

    const building = watch('cli.js', ['build', ...words], {
      cwd: repository.folder,
      env: { ...inherited(), ...parts.env, BUILDX_CONFIG: builder.config },
    });
    await building.says('building-now');
    builder.die();
    const code = await building.ended;

    expect(code).toBe(4);
    expect(building.said()).toMatch(/the builder ended during the build/);
    expect(building.said()).toMatch(/error: the builder does not answer: .*\n {2}→ /);
    // The second builder is compiled on a machine that has none yet.
  });

  it('tells a job that does not start from one that fails', async () => {
    const { ended, containers } = await attempt({
      files: { 'jobimg.yml': 'command: [no-such-program]\nimage: { base: busybox }\n' },
      registry: 'none',
      words: ['--json'],
    });

    expect(ended.code).toBe(127);
    expect(onlyJob(ended).runs).toMatchObject([{ status: 'failure', reason: 'failed', 'exit-code': 127 }]);
    expect(containers).toBe(0);
  });

  /** Only root may mount the small disk. */
  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot('names the place when the disk is full', async () => {
    await using disk = await smallDisk();

    const { ended, writes, containers } = await attempt({
      files: {
        'jobimg.yml': 'run: "true"\nimage: { base: busybox }\n',
        'big.bin': randomBytes(3_000_000).toString('base64'),
      },
      env: { TMPDIR: disk.folder, RUNNER_TEMP: disk.folder },
    });

    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(/no space|disk|ENOSPC/i);
    expect(ended.stderr).toContain(disk.folder);
    expect(ended.stderr).not.toMatch(/this is a bug/);
    expect([writes, containers]).toEqual([[], 0]);
  });

  async function smallDisk(): Promise<{ folder: string; [Symbol.asyncDispose](): Promise<void> }> {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    return {
      folder,
      async [Symbol.asyncDispose]() {
        await run('umount', [folder]);
        await rm(folder, { recursive: true });
      },
    };
  }
});

/** The docker configuration of the user that may only read. */
async function readonlyLogin({
  registry,
  env,
}: Parts): Promise<{ env: Record<string, string>; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-login-'));
  await cp(env['DOCKER_CONFIG'] ?? '', folder, { recursive: true, verbatimSymlinks: true });
  const auth = Buffer.from(`readonly:${registry.password}`).toString('base64');
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  return { env: { DOCKER_CONFIG: folder }, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

interface MortalBuilder {
  readonly name: string;
  /** `BUILDX_CONFIG` */
  readonly config: string;
  die(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A builder that is reached through us, so that it can go away for one user while it stays for others. */
async function mortalBuilder(socket: string, env: Parts['env']): Promise<MortalBuilder> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-builder-'));
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const builder = connect(socket);
    for (const [one, other] of [
      [client, builder],
      [builder, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  const path = join(folder, 'builder.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const config = join(folder, 'buildx');
  await docker(['buildx', 'create', '--name', 'mortal', '--driver', 'remote', `unix://${path}`], {
    ...env,
    BUILDX_CONFIG: config,
  });
  const die = (): void => {
    server.close();
    for (const one of open) one.destroy();
  };
  return {
    name: 'mortal',
    config,
    die,
    async [Symbol.asyncDispose]() {
      die();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
