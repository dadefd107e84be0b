import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Exec, ExecResult } from '../../io/process/exec.ts';
import { basicOf, type Credential } from './credential.ts';

/** Docker's own `config.json`, as far as it is about credentials. */
export interface DockerConfig {
  readonly auths: ReadonlyMap<string, AuthEntry>;
  /** Registry → name of the helper. */
  readonly helpers: ReadonlyMap<string, string>;
  readonly store: string | undefined;
}

interface AuthEntry {
  readonly auth?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly identitytoken?: string | undefined;
}

/** The key that Docker files Docker Hub under. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const text = z.string().optional().catch(undefined);
const ConfigFile = z.looseObject({
  auths: z
    .record(z.string(), z.looseObject({ auth: text, username: text, password: text, identitytoken: text }))
    .nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

/** https://docs.docker.com/reference/cli/docker/login/#credential-stores; throws for a text that is not such a file. */
export function parseDockerConfig(content: string, path: string): DockerConfig {
  const { auths, credHelpers, credsStore } = readConfigFile(content, path);
  return {
    auths: byRegistry(auths ?? {}),
    helpers: byRegistry(credHelpers ?? {}),
    store: credsStore || undefined,
  };
}

function readConfigFile(content: string, path: string): z.infer<typeof ConfigFile> {
  try {
    return ConfigFile.parse(JSON.parse(content));
  } catch {
    // The cause would repeat what stands in the file, passwords included.
    throw new UserError(`Docker's configuration "${path}" cannot be read`, {
      code: 'docker-config',
      hint: 'it must be JSON as `docker login` writes it',
    });
  }
}

/** Keys may be URLs; one that is exactly a host wins. */
function byRegistry<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  const sorted = Object.entries(entries).sort(([a], [b]) => Number(isExact(a)) - Number(isExact(b)));
  return new Map(sorted.map(([key, value]) => [registryOfKey(key), value]));
}

function isExact(key: string): boolean {
  return registryOfKey(key) === key;
}

function registryOfKey(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return ['index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host;
}

interface Sources {
  readonly docker?: DockerConfig | undefined;
  readonly exec: Exec;
  readonly log: (line: string) => void;
}

/** A registry's own helper, then the store, then the file, as Docker does. */
export async function credentialFromDockerConfig(
  registry: string,
  sources: Sources,
): Promise<Credential | undefined> {
  const { docker } = sources;
  if (docker === undefined) return undefined;
  const helper = docker.helpers.get(registry) ?? docker.store;
  const helped = helper === undefined ? undefined : await askHelper(helper, registry, sources);
  return helped ?? credentialOf(docker.auths.get(registry));
}

function credentialOf(entry: AuthEntry | undefined): Credential | undefined {
  if (entry === undefined) return undefined;
  if (entry.identitytoken) return { kind: 'identity', token: entry.identitytoken };
  const [username, password] = entry.auth ? splitAuth(entry.auth) : [entry.username, entry.password];
  return username && password ? { kind: 'password', username, password } : undefined;
}

function splitAuth(auth: string): readonly [string, string] {
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  return colon < 0 ? ['', ''] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

const HelperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });

/**
 * https://github.com/docker/docker-credential-helpers#development
 * A helper that fails leaves us without credentials, and is named: the base may well be public.
 */
async function askHelper(
  name: string,
  registry: string,
  { exec, log }: Sources,
): Promise<Credential | undefined> {
  const tool = `docker-credential-${name}`;
  if (!HELPER_NAME.test(name))
    return sayNothingKnown(log, registry, `"${name}" is not the name of a credential helper`);
  const result = await runHelper(tool, registry, exec);
  if (result instanceof UserError) return sayNothingKnown(log, registry, result.message);
  if (result.code !== 0 && /not found/i.test(result.stdout)) return undefined;
  if (result.code !== 0) return sayNothingKnown(log, registry, `${tool} ended with exit code ${result.code}`);
  return (
    readHelperAnswer(result.stdout) ??
    sayNothingKnown(log, registry, `${tool} gave an answer that cannot be read`)
  );
}

async function runHelper(tool: string, registry: string, exec: Exec): Promise<ExecResult | UserError> {
  const key = registry === 'docker.io' ? HUB_KEY : registry;
  try {
    return await exec(tool, ['get'], { input: new TextEncoder().encode(key) });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function readHelperAnswer(stdout: string): Credential | undefined {
  try {
    const { Username, Secret } = HelperAnswer.parse(JSON.parse(stdout));
    if (Secret === '') return undefined;
    if (Username === '<token>') return { kind: 'identity', token: Secret };
    return { kind: 'password', username: Username, password: Secret };
  } catch {
    return undefined;
  }
}

function sayNothingKnown(log: (line: string) => void, registry: string, why: string): undefined {
  log(`continuing without credentials for ${registry}: ${why}`);
}

/** A `config.json` that is logged in to exactly these; of several entries for one registry the first counts. */
export function dockerConfigFor(
  entries: readonly { readonly registry: string; readonly credential: Credential }[],
): string {
  const auths = new Map<string, object>();
  for (const { registry, credential } of entries) {
    const key = registry === 'docker.io' ? HUB_KEY : registry;
    if (!auths.has(key)) auths.set(key, authEntryOf(credential));
  }
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

function authEntryOf(credential: Credential): object {
  if (credential.kind === 'password') return { auth: basicOf(credential) };
  return { auth: basicOf({ username: '<token>', password: '' }), identitytoken: credential.token };
}

/** The value of `X-Registry-Auth`, by which an engine pulls: https://docs.docker.com/reference/api/engine/ */
export function registryAuthHeader(registry: string, credential: Credential): string {
  const serveraddress = registry === 'docker.io' ? HUB_KEY : registry;
  const login =
    credential.kind === 'password'
      ? { username: credential.username, password: credential.password }
      : { identitytoken: credential.token };
  // The engine reads base64url with its padding only.
  const encoded = Buffer.from(JSON.stringify({ ...login, serveraddress })).toString('base64');
  return encoded.replaceAll('+', '-').replaceAll('/', '_');
}
