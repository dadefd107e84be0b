// A Docker Engine: the machine's own where it fits, else a private one.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findDaemon, stopDaemon } from '../machine/daemon.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { ensureParts, findParts } from '../parts/parts.ts';
import { clearUp, engineFiles, ping, startEngine } from './dockerd.ts';
import { dropFullStore } from './full-store.ts';
import { machineDocker } from './machine-docker.ts';
import { ensureNetwork, removeNetwork } from './network.ts';

export interface Docker {
  /** `unix://…` */
  readonly host: string;
  /** what a child process needs on top of its environment */
  readonly env: Readonly<Record<string, string>>;
  readonly dockerRoot: string;
  readonly private: boolean;
}

export interface DockerOptions {
  /** of a private engine; several may run side by side */
  readonly name?: string;
  /** false: the classic store, always private */
  readonly containerdStore?: boolean;
}

export async function ensureDocker(options: DockerOptions = {}): Promise<Docker> {
  const { name = 'main', containerdStore = true } = options;
  if (await isRunning(name, containerdStore)) return privateDocker(name);
  if (containerdStore) {
    const own = await machineDocker();
    if (own) return own;
  }
  return withLock(`docker-${name}`, async () => {
    if (!(await isRunning(name, containerdStore))) await start(name, containerdStore);
    return privateDocker(name);
  });
}

/** Ends a private engine, and tells whether one was running; the machine's own is left alone. */
export async function stopDocker({ name = 'main' }: Pick<DockerOptions, 'name'> = {}): Promise<boolean> {
  return withLock(`docker-${name}`, async () => {
    const was = await stopDaemon(`dockerd-${name}`);
    const wasContainerd = await stopDaemon(`containerd-${name}`);
    await clearUp(name);
    const parts = findParts();
    if (parts) await removeNetwork(name, parts);
    return was || wasContainerd;
  });
}

/** The private engines that were ever started. */
export function privateEngines(): readonly string[] {
  return readdirSync(cacheDir('docker'));
}

async function isRunning(name: string, containerdStore: boolean): Promise<boolean> {
  const dockerd = findDaemon(`dockerd-${name}`);
  if (!dockerd || !findDaemon(`containerd-${name}`)) return false;
  if (dockerd.facts['containerdStore'] !== containerdStore) {
    throw new Error(`The private engine "${name}" runs with the other image store. Give another name.`);
  }
  return ping(engineFiles(name).socket);
}

async function start(name: string, containerdStore: boolean): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'A private Docker Engine needs root. Run as root, or start an engine >= 25 with the containerd image store.',
    );
  }
  const parts = await ensureParts();
  await stopDaemon(`dockerd-${name}`);
  await stopDaemon(`containerd-${name}`);
  await clearUp(name);
  dropFullStore(engineFiles(name).data);
  const network = await ensureNetwork(name, parts);
  await startEngine(name, { parts, network, containerdStore });
  say(`dockerd ${parts.versions['docker.io']} answers on ${engineFiles(name).socket}`);
}

async function privateDocker(name: string): Promise<Docker> {
  const { path, prefix } = await ensureParts();
  const { socket, config, buildx, data } = engineFiles(name);
  linkBuildx(config, prefix);
  const host = `unix://${socket}`;
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: config, BUILDX_CONFIG: buildx, PATH: path };
  return { host, env, dockerRoot: data, private: true };
}

export function linkBuildx(config: string, prefix: string): void {
  const plugins = join(config, 'cli-plugins');
  const plugin = join(plugins, 'docker-buildx');
  if (existsSync(plugin)) return;
  mkdirSync(plugins, { recursive: true });
  rmSync(plugin, { force: true });
  symlinkSync(join(prefix, 'usr/libexec/docker/cli-plugins/docker-buildx'), plugin);
}
