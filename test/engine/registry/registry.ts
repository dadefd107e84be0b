// A real registry (distribution) on loopback, with one of three kinds of
// authentication.
import { rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { type DaemonFacts, findDaemon, logFileOf, startDaemon, stopDaemon } from '../machine/daemon.ts';
import { daemonEnv } from '../machine/daemon-env.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir, runDir } from '../machine/paths.ts';
import { freePort, portFor } from '../machine/port.ts';
import { say } from '../machine/say.ts';
import { ensureParts } from '../parts/parts.ts';
import { dockerConfig } from './docker-config.ts';
import { startTokenServer, stopTokenServer, tokenServerName } from './token-service.ts';

const READY_TIMEOUT_MS = 180_000;
const USERNAME = 'jobimg';
// Not a secret: it opens nothing but a registry on this machine's loopback. Tests look for it in command lines of the whole
// machine, so that nothing else may say it.
export const PASSWORD = 'only-on-loopback-7f3a91c25d';
// bcrypt of the password above, computed once: `$2y$05$`, salt, hash.
const PASSWORD_HASH = '$2y$05$jobimgjobimgjobimgjobuI7jJlf8e1L7vFUKS8qj1IGtTuCx8oCG';

export type RegistryAuth = 'none' | 'basic' | 'token';

export interface RegistryOptions {
  readonly auth?: RegistryAuth;
  /** several may run side by side */
  readonly name?: string;
  /** else the same one for the same name, when free */
  readonly port?: number;
  /** it outlives this process and is found again by name */
  readonly detached?: boolean;
  /** where the images are; else a folder of the cache, kept for a detached one only */
  readonly dir?: string;
  /** how long a token is good for */
  readonly tokenSeconds?: number;
}

export interface Registry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** empty without authentication */
  readonly username: string;
  readonly password: string;
  /** access log: one line per request */
  readonly logFile: string;
  /** one JSON line per token asked for */
  readonly tokenLogFile?: string;
  /** a docker configuration that is logged in here */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

type Settings = RegistryOptions & Required<Pick<RegistryOptions, 'auth' | 'name' | 'detached'>>;

export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const settings: Settings = { auth: 'none', name: 'main', detached: false, ...options };
  return withLock(`registry-${settings.name}`, async () => {
    const running = findDaemon(daemonName(settings.name));
    if (running && fits(running.facts, settings)) return registryOf(settings, Number(running.facts['port']));
    if (running) await stopDaemons(settings.name);
    return registryOf(settings, await start(settings));
  });
}

/** Whether one was running. */
export function stopRegistry(name = 'main'): Promise<boolean> {
  return withLock(`registry-${name}`, () => stopDaemons(name));
}

async function stopDaemons(name: string): Promise<boolean> {
  await stopTokenServer(name);
  return stopDaemon(daemonName(name), 3000);
}

function daemonName(name: string): string {
  return `registry-${name}`;
}

function fits(facts: DaemonFacts, settings: Settings): boolean {
  const { auth, port, name } = settings;
  if (auth === 'token' && !findDaemon(tokenServerName(name))) return false;
  if (port !== undefined && facts['port'] !== port) return false;
  // One that an older clone started may ask for another.
  if (facts['password'] !== PASSWORD) return false;
  return facts['auth'] === auth && facts['dir'] === storageOf(settings);
}

function storageOf({ name, dir, detached }: Settings): string {
  return dir ?? cacheDir(detached ? 'registry' : 'registry.tmp', name);
}

/** A registry that ends with this process begins empty, and its images go with it. */
function emptied(settings: Settings): string {
  const dir = storageOf(settings);
  if (settings.dir === undefined && !settings.detached) {
    const empty = (): void => rmSync(dir, { recursive: true, force: true });
    empty();
    process.once('exit', empty);
  }
  return dir;
}

/** The port. */
async function start(settings: Settings): Promise<number> {
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
    env: daemonEnv({ PATH: process.env['PATH'] ?? '' }),
    facts: { port, auth, dir, password: PASSWORD },
    detached,
    ready: () => answers(port),
    timeoutMs: READY_TIMEOUT_MS,
  });
  say(`registry ${versions['docker-registry']} "${name}" (auth: ${auth}) answers on 127.0.0.1:${port}`);
  return port;
}

export function configuration(port: number, dir: string, auth?: object): object {
  return {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: dir }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'loopback only' },
    ...(auth && { auth }),
  };
}

async function authentication(settings: Settings, run: string): Promise<object | undefined> {
  if (settings.auth === 'none') return undefined;
  if (settings.auth === 'token') {
    return { token: await startTokenServer(settings, USERNAME, PASSWORD) };
  }
  const path = join(run, 'htpasswd');
  writeFileSync(path, `${USERNAME}:${PASSWORD_HASH}\n`);
  return { htpasswd: { realm: 'jobimg', path } };
}

async function registryOf({ auth, name }: Settings, port: number): Promise<Registry> {
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

/** 401 is an answer as well. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/v2/', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 || answer.statusCode === 401);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
  });
}
