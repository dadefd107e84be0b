// A Docker Engine: the machine's own where it fits, else a private one.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findDaemon, stopDaemon } from './daemon.mjs';
import { clearUp, engineFiles, ping, startEngine } from './dockerd.mjs';
import { withLock } from './lock.mjs';
import { machineDocker } from './machine-docker.mjs';
import { ensureNetwork, removeNetwork } from './network.mjs';
import { ensureParts, findParts } from './parts.mjs';
import { cacheDir } from './paths.mjs';
import { say } from './say.mjs';

/**
 * @typedef {object} Docker
 * @property {string} host `unix://…`
 * @property {Record<string, string>} env what a child process needs on top of its environment
 * @property {string} dockerRoot
 * @property {boolean} private
 *
 * @typedef {object} DockerOptions
 * @property {string} [name] of a private engine; several may run side by side
 * @property {boolean} [containerdStore] false: the classic store, always private
 */

/**
 * @param {DockerOptions} [options]
 * @returns {Promise<Docker>}
 */
export async function ensureDocker({ name = 'main', containerdStore = true } = {}) {
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

/**
 * Ends a private engine; the machine's own is left alone.
 * @param {{ name?: string }} [options]
 * @returns {Promise<boolean>} whether one was running
 */
export async function stopDocker({ name = 'main' } = {}) {
  return withLock(`docker-${name}`, async () => {
    const was = await stopDaemon(`dockerd-${name}`);
    const wasContainerd = await stopDaemon(`containerd-${name}`);
    await clearUp(name);
    const parts = findParts();
    if (parts) await removeNetwork(name, parts);
    return was || wasContainerd;
  });
}

/** @returns {string[]} the private engines that were ever started */
export function privateEngines() {
  return readdirSync(cacheDir('docker'));
}

/** @param {string} name @param {boolean} containerdStore */
async function isRunning(name, containerdStore) {
  const dockerd = findDaemon(`dockerd-${name}`);
  if (!dockerd || !findDaemon(`containerd-${name}`)) return false;
  if (dockerd.facts.containerdStore !== containerdStore) {
    throw new Error(`The private engine "${name}" runs with the other image store. Give another name.`);
  }
  return ping(engineFiles(name).socket);
}

/** @param {string} name @param {boolean} containerdStore */
async function start(name, containerdStore) {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'A private Docker Engine needs root. Run as root, or start an engine >= 25 with the containerd image store.',
    );
  }
  const parts = await ensureParts();
  await stopDaemon(`dockerd-${name}`);
  await stopDaemon(`containerd-${name}`);
  await clearUp(name);
  const network = await ensureNetwork(name, parts);
  await startEngine(name, parts, network, containerdStore);
  say(`dockerd ${parts.versions['docker.io']} answers on ${engineFiles(name).socket}`);
}

/** @param {string} name */
async function privateDocker(name) {
  const { path, prefix } = await ensureParts();
  const { socket, config, buildx, data } = engineFiles(name);
  linkBuildx(config, prefix);
  const host = `unix://${socket}`;
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: config, BUILDX_CONFIG: buildx, PATH: path };
  return { host, env, dockerRoot: data, private: true };
}

/** @param {string} config @param {string} prefix */
export function linkBuildx(config, prefix) {
  const plugins = join(config, 'cli-plugins');
  const plugin = join(plugins, 'docker-buildx');
  if (existsSync(plugin)) return;
  mkdirSync(plugins, { recursive: true });
  rmSync(plugin, { force: true });
  symlinkSync(join(prefix, 'usr/libexec/docker/cli-plugins/docker-buildx'), plugin);
}
