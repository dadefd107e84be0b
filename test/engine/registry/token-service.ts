// Starts and stops the token server that belongs to a registry.
import { existsSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, which } from '../machine/command.ts';
import { startDaemon, stopDaemon } from '../machine/daemon.ts';
import { runDir } from '../machine/paths.ts';
import { freePort } from '../machine/port.ts';
import { TYPESCRIPT_OPTIONS } from '../machine/typescript.ts';
import type { TokenSettings } from './token-server.ts';

const SERVER = fileURLToPath(new URL('./token-server.ts', import.meta.url));
const READY_TIMEOUT_MS = 180_000;
const DEFAULT_TOKEN_SECONDS = 300;
const ISSUER = 'jobimg-token-server';
const SERVICE = 'jobimg-registry';

export interface TokenServerOptions {
  /** Of the registry. */
  readonly name: string;
  readonly detached: boolean;
  readonly tokenSeconds?: number;
}

/** The registry's `auth.token`. This user may push; `readonly`, with the same password, may not. */
export async function startTokenServer(
  { name, detached, tokenSeconds }: TokenServerOptions,
  username: string,
  password: string,
): Promise<object> {
  await stopTokenServer(name);
  const dir = runDir('registry', name);
  const { key, certificate } = await keyPair(dir);
  const port = await freePort();
  const config = join(dir, 'token.json');
  const settings: TokenSettings = {
    port,
    key,
    certificate,
    issuer: ISSUER,
    service: SERVICE,
    seconds: tokenSeconds ?? DEFAULT_TOKEN_SECONDS,
    users: { [username]: { password, push: true }, readonly: { password, push: false } },
  };
  writeFileSync(config, JSON.stringify(settings, null, 2), { mode: 0o600 });
  await startDaemon({
    name: tokenServerName(name),
    file: process.execPath,
    args: [...TYPESCRIPT_OPTIONS, SERVER, config],
    env: {},
    detached,
    ready: () => answers(port),
    timeoutMs: READY_TIMEOUT_MS,
  });
  return {
    realm: `http://127.0.0.1:${port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    rootcertbundle: certificate,
  };
}

export function tokenServerName(registry: string): string {
  return `token-${registry}`;
}

export function stopTokenServer(registry: string): Promise<boolean> {
  return stopDaemon(tokenServerName(registry), 3000);
}

/** Made anew with every run directory; it signs nothing but tokens for loopback. */
async function keyPair(dir: string): Promise<Pick<TokenSettings, 'key' | 'certificate'>> {
  const key = join(dir, 'token-key.pem');
  const certificate = join(dir, 'token-certificate.pem');
  if (!existsSync(key) || !existsSync(certificate)) {
    const openssl = which('openssl');
    if (!openssl)
      throw new Error('A registry with tokens needs the program openssl. Install the package openssl.');
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '3650'];
    await command(openssl, [...args, '-subj', '/CN=jobimg-test', '-keyout', key, '-out', certificate]);
  }
  return { key, certificate };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(true);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
  });
}
