import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobimg } from '../e2e/support/jobimg.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { makePoison, type Poison } from './poison.ts';

const PROGRAMS = [
  'docker',
  'docker-buildx',
  'docker-credential-poison',
  'git',
  'ssh',
  'nvidia-smi',
  'node',
  'sh',
];
const PLACES = ['', 'bin/', 'cli-plugins/', '.docker/cli-plugins/', '.docker/bin/'];

let parts: Parts;
let poison: Poison;
let repository: Repository;
/** Of a user whose Docker is set up in the usual place. */
let home: string;

beforeAll(async () => {
  parts = await startParts({ name: 'places', auth: 'none', bases: ['busybox'] });
  home = await mkdtemp(join(tmpdir(), 'jobimg-home-'));
  await symlink(parts.env['DOCKER_CONFIG'] ?? '', join(home, '.docker'));
});

afterAll(async () => {
  await parts?.[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

/** A checkout that has everything which a machine has in its own places: programs, plugins, logins, packages. */
beforeEach(async () => {
  poison = await makePoison();
  repository = await repositoryWith({
    files: {
      'jobimg.yml': `run: echo ran\nimage: { base: busybox, env: { ONCE: "${performance.timeOrigin + performance.now()}" } }\n`,
    },
  });
  const { folder } = repository;
  const config = { credsStore: 'poison', cliPluginsExtraDirs: [join(folder, 'cli-plugins')] };
  for (const file of ['config.json', '.docker/config.json']) await put(file, JSON.stringify(config));
  for (const place of PLACES)
    for (const name of PROGRAMS)
      await put(`${place}${name}`, poison.program(`${place.replaceAll('/', '-')}${name}`), 0o755);
  for (const name of await packages()) {
    await put(
      `node_modules/${name}/package.json`,
      '{"main":"index.cjs","exports":{".":"./index.cjs","./*":"./index.cjs"}}',
    );
    await put(
      `node_modules/${name}/index.cjs`,
      `require('node:child_process').execSync(${JSON.stringify(poison.command('package'))})`,
    );
  }

  async function put(path: string, text: string, mode = 0o644): Promise<void> {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
  }
});

afterEach(async () => {
  await Promise.all([poison, repository].map((one) => one[Symbol.asyncDispose]()));
});

async function packages(): Promise<readonly string[]> {
  const file = fileURLToPath(new URL('../../package.json', import.meta.url));
  const { dependencies } = JSON.parse(await readFile(file, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(dependencies);
}

describe('a checkout with programs, plugins, logins and packages', () => {
  it.each([
    ['an empty DOCKER_CONFIG', { DOCKER_CONFIG: '' }],
    ['an empty HOME', { HOME: '' }],
    ['a relative HOME', { HOME: '.' }],
    [
      'empty and relative entries in PATH',
      { PATH: ['', '.', 'bin', process.env['PATH'], ''].join(delimiter) },
    ],
  ])('has none of them used with %s', async (_, env) => {
    const call = ['run', '--registry', 'none', '--defaults', parts.defaults];

    const { code, stderr } = await jobimg(call, {
      cwd: repository.folder,
      env: { ...parts.env, HOME: home, ...env },
    });

    expect(await poison.started()).toEqual([]);
    expect(code).toBe(0);
    expect(stderr).not.toContain('poison');
  });

  it("is not Docker's configuration, whatever the environment says", async () => {
    const call = ['plan', '--registry', 'none', '--defaults', parts.defaults];

    const ended = await jobimg(call, {
      cwd: repository.folder,
      env: { ...parts.env, DOCKER_HOST: '', DOCKER_CONFIG: '.docker' },
    });

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('DOCKER_CONFIG is ".docker", which would be a folder of the checkout');
    expect(await poison.started()).toEqual([]);
  });
});
