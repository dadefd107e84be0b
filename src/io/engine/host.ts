import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { dockerFolder, namedFolder, requiredFolder } from '../fs/folders.ts';
import { isLoopback } from '../http/address.ts';
import type { Variables } from '../process/exec.ts';
import { parseSshAddress, type SshAddress } from '../ssh/address.ts';

/** Where a Docker engine listens. */
export interface EngineHost {
  /** As Docker writes it: `unix:///var/run/docker.sock`, `tcp://host:2375`, `ssh://user@host`. */
  readonly url: string;
  /** Who said so, for messages: `DOCKER_HOST`, `the Docker context "rootless"`. */
  readonly source: string;
  /** PEM texts; undefined: plain TCP. */
  readonly tls?: EngineTls | undefined;
  readonly ssh?: EngineSsh | undefined;
}

export interface EngineSsh {
  readonly address: SshAddress;
  /** Where the system's own ssh is looked for, and what of it that program needs. */
  readonly env: Variables;
}

export interface EngineTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Whether the server's certificate is not checked, as a context may say. */
  readonly unchecked?: boolean | undefined;
}

export interface EngineHostContext {
  readonly env: Variables;
  /** The user's home folder. */
  readonly home: string;
  /** undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/**
 * The engine that the docker command would talk to: DOCKER_HOST, the current context, the default socket; then the
 * sockets of a rootless engine and of Docker Desktop, which a context usually names.
 * https://docs.docker.com/engine/manage-resources/contexts/
 */
export async function engineHost(around: EngineHostContext, context?: string): Promise<EngineHost> {
  const { env } = around;
  if (context !== undefined) return (await contextHost(around, context)) ?? (await localHost(around));
  if (env['DOCKER_HOST']) return await hostAt(env['DOCKER_HOST'], 'DOCKER_HOST', around);
  return (await contextHost(around)) ?? (await localHost(around));
}

/** Whether containers get the CPUs, GPUs and disks of this machine. */
export function isHere({ url }: Pick<EngineHost, 'url'>): boolean {
  if (/^(?:unix|npipe):/i.test(url)) return true;
  return /^tcp:/i.test(url) && isLoopback(new URL(url).hostname);
}

/** Whether nobody between can read what is sent, or answer in the engine's place. */
export function isPrivate({ url, tls }: EngineHost): boolean {
  if (!/^tcp:/i.test(url)) return true;
  return tls === undefined ? isLoopback(new URL(url).hostname) : tls.unchecked !== true;
}

async function hostAt(url: string, source: string, around: EngineHostContext): Promise<EngineHost> {
  const checked = checkUrl(url, source);
  if (checked.startsWith('ssh:')) return sshHost(checked, source, around);
  if (!checked.startsWith('tcp:') || !around.env['DOCKER_TLS_VERIFY']) return { url: checked, source };
  const certificates = requiredFolder(around.env, 'DOCKER_CERT_PATH') ?? configFolder(around);
  return { url: checked, source, tls: await readTls(certificates, around) };
}

const SCHEMES: ReadonlySet<string | undefined> = new Set(['unix', 'tcp', 'npipe', 'ssh']);

function checkUrl(url: string, source: string): string {
  const [, scheme] = /^([a-z]+):\/\/./i.exec(url) ?? [];
  if (SCHEMES.has(scheme)) return url;
  throw unusable(url, source, 'write unix:///path/to/docker.sock, ssh://user@host or tcp://host:port');
}

function sshHost(url: string, source: string, { env }: EngineHostContext): EngineHost {
  const address = parseSshAddress(url);
  if (address !== undefined) return { url, source, ssh: { address, env } };
  throw unusable(
    url,
    source,
    'write ssh://user@host, ssh://user@host:22 or ssh://user@host/path/to/docker.sock',
  );
}

function unusable(url: string, source: string, hint: string): UserError {
  // A password may stand in it, where ssh would take none.
  const shown = url.replace(/^(ssh:\/\/[^/@]*?):[^/@]*@/i, '$1:…@');
  const message = `the Docker engine "${shown}" (${source}) cannot be reached from here`;
  return new UserError(message, { kind: 'unavailable', code: 'engine', hint });
}

async function contextHost(around: EngineHostContext, chosen?: string): Promise<EngineHost | undefined> {
  const config = await readJson(join(configFolder(around), 'config.json'), around);
  const name = chosen ?? (around.env['DOCKER_CONTEXT'] || textOf(config, 'currentContext'));
  if (name === undefined || name === '' || name === 'default') return undefined;

  const folder = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(configFolder(around), 'contexts', 'meta', folder, 'meta.json'), around);
  const endpoint = property(property(meta, 'Endpoints'), 'docker');
  const url = textOf(endpoint, 'Host');
  const source = `the Docker context "${name}"`;
  if (url === undefined) {
    throw new UserError(`${source} has no Docker endpoint`, {
      kind: 'unavailable',
      code: 'engine',
      hint: 'choose another one with "docker context use", or set DOCKER_HOST',
    });
  }
  const checked = checkUrl(url, source);
  if (checked.startsWith('ssh:')) return sshHost(checked, source, around);
  if (!checked.startsWith('tcp:')) return { url: checked, source };
  const tls = await readTls(join(configFolder(around), 'contexts', 'tls', folder, 'docker'), around);
  if (tls.ca === undefined && tls.cert === undefined) return { url: checked, source };
  return { url: checked, source, tls: { ...tls, unchecked: property(endpoint, 'SkipTLSVerify') === true } };
}

async function localHost(around: EngineHostContext): Promise<EngineHost> {
  const runtime = namedFolder(around.env, 'XDG_RUNTIME_DIR');
  const sockets = [
    DEFAULT_SOCKET,
    ...(runtime !== undefined ? [`${runtime}/docker.sock`] : []),
    join(around.home, '.docker/run/docker.sock'),
    join(around.home, '.docker/desktop/docker.sock'),
  ];
  for (const socket of sockets) {
    if (await around.exists(socket)) return { url: `unix://${socket}`, source: 'the socket that is there' };
  }
  return { url: `unix://${DEFAULT_SOCKET}`, source: 'the default' };
}

async function readTls(folder: string, { readText }: EngineHostContext): Promise<EngineTls> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readText(join(folder, name))),
  );
  return { ca, cert, key };
}

function configFolder({ env, home }: EngineHostContext): string {
  return dockerFolder(env, home);
}

async function readJson(path: string, { readText }: EngineHostContext): Promise<unknown> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(`"${path}" is not JSON`, { hint: 'repair or remove it', cause: error });
  }
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = property(value, name);
  return typeof text === 'string' ? text : undefined;
}
