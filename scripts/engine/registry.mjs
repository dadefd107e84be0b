// A real registry (distribution) on loopback, with one of three kinds of
// authentication.
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findDaemon, logFileOf, startDaemon, stopDaemon } from './daemon.mjs';
import { daemonEnv } from './daemon-env.mjs';
import { linkBuildx } from './docker.mjs';
import { withLock } from './lock.mjs';
import { ensureParts } from './parts.mjs';
import { cacheDir, runDir, runRoot } from './paths.mjs';
import { freePort, portFor } from './port.mjs';
import { say } from './say.mjs';
import { startTokenServer, stopTokenServer, tokenServerName } from './token-service.mjs';

const READY_TIMEOUT_MS = 20_000;
const USERNAME = 'jobimg';
// Not a secret: it opens nothing but a registry on this machine's loopback.
export const PASSWORD = 'jobimg-test';
// bcrypt of the password above, computed once: `$2y$05$`, salt, hash.
const PASSWORD_HASH = '$2y$05$jobimgjobimgjobimgjobug6EJA/A2.lsC4r3sovic5gq85adpKpW';

/**
 * @typedef {'none' | 'basic' | 'token'} RegistryAuth
 *
 * @typedef {object} RegistryOptions
 * @property {RegistryAuth} [auth]
 * @property {string} [name] several may run side by side
 * @property {number} [port] else the same one for the same name, when free
 * @property {boolean} [detached] it outlives this process and is found again by name
 * @property {string} [dir] where the images are; else a folder of the cache, kept for a detached one only
 * @property {number} [tokenSeconds] how long a token is good for
 *
 * @typedef {object} Registry
 * @property {string} host `127.0.0.1:<port>`
 * @property {string} username empty without authentication
 * @property {string} password
 * @property {string} logFile access log: one line per request
 * @property {string} [tokenLogFile] one JSON line per token asked for
 * @property {Record<string, string>} env a docker configuration that is logged in here
 * @property {() => Promise<void>} stop
 */

/**
 * @param {RegistryOptions} [options]
 * @returns {Promise<Registry>}
 */
export async function startRegistry(options = {}) {
  const settings = { auth: 'none', name: 'main', detached: false, ...options };
  return withLock(`registry-${settings.name}`, async () => {
    const running = findDaemon(daemonName(settings.name));
    if (running && fits(running.facts, settings)) return registryOf(settings, running.facts.port);
    if (running) await stopDaemons(settings.name);
    return registryOf(settings, await start(settings));
  });
}

/**
 * @param {string} [name]
 * @returns {Promise<boolean>} whether one was running
 */
export function stopRegistry(name = 'main') {
  return withLock(`registry-${name}`, () => stopDaemons(name));
}

/** @param {string} name */
async function stopDaemons(name) {
  await stopTokenServer(name);
  return stopDaemon(daemonName(name), 3000);
}

/** @param {string} name */
function daemonName(name) {
  return `registry-${name}`;
}

function fits(facts, settings) {
  const { auth, port, name } = settings;
  if (auth === 'token' && !findDaemon(tokenServerName(name))) return false;
  return facts.auth === auth && (port ?? facts.port) === facts.port && facts.dir === storageOf(settings);
}

function storageOf({ name, dir, detached }) {
  return dir ?? cacheDir(detached ? 'registry' : 'registry.tmp', name);
}

/** A registry that ends with this process begins empty, and its images go with it. */
function emptied(settings) {
  const dir = storageOf(settings);
  if (settings.dir === undefined && !settings.detached) {
    const empty = () => rmSync(dir, { recursive: true, force: true });
    empty();
    process.once('exit', empty);
  }
  return dir;
}

/** @returns {Promise<number>} the port */
async function start(settings) {
  const { auth, name, detached } = settings;
  const { prefix, versions } = await ensureParts();
  const port = settings.port ?? (detached ? await portFor(name) : await freePort());
  const dir = emptied(settings);
  const run = runDir('registry', name);
  const config = join(run, 'config.yml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify(configuration(port, dir, await authentication(settings, run)), null, 2),
  );
  await startDaemon({
    name: daemonName(name),
    file: join(prefix, 'usr/bin/docker-registry'),
    args: ['serve', config],
    env: daemonEnv({ PATH: process.env.PATH ?? '' }),
    facts: { port, auth, dir },
    detached,
    ready: () => answers(port),
    timeoutMs: READY_TIMEOUT_MS,
  });
  say(`registry ${versions['docker-registry']} "${name}" (auth: ${auth}) answers on 127.0.0.1:${port}`);
  return port;
}

/**
 * @param {number} port
 * @param {string} dir
 * @param {object} [auth]
 */
export function configuration(port, dir, auth) {
  return {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: dir }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'loopback only' },
    ...(auth && { auth }),
  };
}

async function authentication(settings, run) {
  if (settings.auth === 'none') return undefined;
  if (settings.auth === 'token') {
    return { token: await startTokenServer(settings, USERNAME, PASSWORD) };
  }
  const path = join(run, 'htpasswd');
  writeFileSync(path, `${USERNAME}:${PASSWORD_HASH}\n`);
  return { htpasswd: { realm: 'jobimg', path } };
}

/** @returns {Promise<Registry>} */
async function registryOf({ auth, name }, port) {
  const host = `127.0.0.1:${port}`;
  const login = auth === 'none' ? { username: '', password: '' } : { username: USERNAME, password: PASSWORD };
  return {
    host,
    ...login,
    logFile: logFileOf(daemonName(name)),
    ...(auth === 'token' && { tokenLogFile: logFileOf(tokenServerName(name)) }),
    env: await dockerConfig(name, host, login),
    stop: async () => void (await stopRegistry(name)),
  };
}

/** A configuration folder of its own, so that no login reaches the user's. */
async function dockerConfig(name, host, { username, password }) {
  const config = runDir('registry', name, 'docker');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const content = username ? { auths: { [host]: { auth } } } : {};
  writeFileSync(join(config, 'config.json'), JSON.stringify(content), { mode: 0o600 });
  linkPlugins(config, (await ensureParts()).prefix);
  return { DOCKER_CONFIG: config, BUILDX_CONFIG: runDir('main', 'buildx') };
}

/** buildx from the user's own plugins where there are some, else from the prefix. */
function linkPlugins(config, prefix) {
  const own = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins');
  const ours = own.startsWith(runRoot());
  if (ours || !existsSync(join(own, 'docker-buildx'))) return linkBuildx(config, prefix);
  rmSync(join(config, 'cli-plugins'), { recursive: true, force: true });
  symlinkSync(own, join(config, 'cli-plugins'));
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} 401 is an answer as well
 */
export function answers(port) {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/v2/', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 || answer.statusCode === 401);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
  });
}
