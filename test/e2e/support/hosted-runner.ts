import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUILDKIT_IMAGE } from '../../../src/data/buildkit.ts';
import { VERSION } from '../../engine/buildkit/buildkit-programs.ts';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { which } from '../../engine/machine/command.ts';
import { findParts } from '../../engine/parts/parts.ts';
import { DIST, inherited } from './jobimg.ts';
import type { Runner } from './runner.ts';

const run = promisify(execFile);

/** As on GitHub's images: https://github.com/actions/runner-images/blob/main/images/ubuntu/Ubuntu2404-Readme.md */
const RUNNER = { uid: 1001, gid: 1001 };
const DOCKER_GROUP = 990;
const BUILDER = 'buildx_buildkit_jobimg0';
const STATE = `${BUILDER}_state`;

/** A machine like GitHub's own: a user in the group `docker`, and an engine 28 with the classic image store. */
export interface HostedRunner extends Runner {
  /** What the runner has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The docker command, as root, on that engine; what it prints. */
  docker(...args: readonly string[]): Promise<string>;
  /** `docker buildx` as the runner's user has it. */
  buildx(...args: readonly string[]): Promise<string>;
  /** The builder that a step has made, with other variables; undefined takes one away. */
  remakeBuilder(variables: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Takes the builder away that a step has made, with its cache. */
  removeBuilder(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A pinned digest is that of the official image, which a stand-in has not. */
export function buildkitOf(registry: string): Readonly<Record<string, string>> {
  return BUILDKIT_IMAGE.includes('@')
    ? { JOBIMG_BUILDKIT_IMAGE: `${registry}/moby/buildkit:${VERSION}` }
    : {};
}

/** The engine is called by this name, so that test files which run side by side have one each. */
export async function startHostedRunner(name: string): Promise<HostedRunner> {
  const engine = await ensureDocker({ name, containerdStore: false });
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-hosted-'));
  const home = join(folder, 'home');
  const bin = await placeTools(folder, home);
  const socket = join(folder, 'docker.sock');
  const close = await offerSocket(socket, engine.host.replace('unix://', ''));
  const dist = join(folder, 'dist');
  await cp(DIST, dist, { recursive: true });

  const { uid, gid } = RUNNER;
  const setpriv = which('setpriv') ?? 'setpriv';
  const become = [setpriv, `--reuid=${uid}`, `--regid=${gid}`, `--groups=${gid},${DOCKER_GROUP}`] as const;
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    DOCKER_HOST: `unix://${socket}`,
    ImageOS: 'ubuntu24',
    RUNNER_ENVIRONMENT: 'github-hosted',
  };

  async function give(path: string): Promise<void> {
    await run('chown', ['-R', `${uid}:${gid}`, path]);
  }

  async function docker(...args: readonly string[]): Promise<string> {
    const env = { ...inherited(), ...engine.env };
    return (await run('docker', [...args], { env })).stdout.trim();
  }

  async function removeBuilder(): Promise<void> {
    await docker('rm', '--force', BUILDER);
    await docker('volume', 'rm', '--force', STATE);
  }

  async function buildx(...args: readonly string[]): Promise<string> {
    const [program, ...words] = become;
    return (await run(program, [...words, join(bin, 'docker'), 'buildx', ...args], { env })).stdout.trim();
  }

  async function remakeBuilder(variables: Readonly<Record<string, string | undefined>>): Promise<void> {
    const [made] = JSON.parse(await docker('inspect', BUILDER));
    const known = Object.fromEntries(made.Config.Env.map((entry: string) => entry.split(/=(.*)/s)));
    const wanted = Object.entries({ ...known, ...variables }).filter(([, value]) => value !== undefined);
    await docker('rm', '--force', BUILDER);
    const options = [
      '--name',
      BUILDER,
      '--privileged',
      '--network',
      'host',
      '--volume',
      `${STATE}:/var/lib/buildkit`,
    ];
    const env = wanted.flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    await docker(
      'run',
      '--detach',
      ...options,
      ...env,
      made.Config.Image,
      '--allow-insecure-entitlement=network.host',
    );
  }

  await chmod(folder, 0o755);
  await give(home);
  await removeBuilder();
  return {
    folder,
    give,
    docker,
    removeBuilder,
    dist,
    become,
    env,
    buildx,
    remakeBuilder,
    async [Symbol.asyncDispose]() {
      close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The docker command and its plugin, where this user may read them. */
async function placeTools(folder: string, home: string): Promise<string> {
  const prefix = findParts()?.prefix;
  if (prefix === undefined) throw new Error('the engine has no programs');
  const bin = join(folder, 'bin');
  const plugins = join(home, '.docker/cli-plugins');
  await mkdir(bin);
  await mkdir(plugins, { recursive: true });
  await copyFile(join(prefix, 'usr/bin/docker'), join(bin, 'docker'));
  await copyFile(
    join(prefix, 'usr/libexec/docker/cli-plugins/docker-buildx'),
    join(plugins, 'docker-buildx'),
  );
  return bin;
}

/** The engine's socket, once more, for the group `docker`. */
async function offerSocket(path: string, target: string): Promise<() => void> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: target, allowHalfOpen: true });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await chown(path, 0, DOCKER_GROUP);
  await chmod(path, 0o660);
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}
