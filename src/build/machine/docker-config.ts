import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { dockerFolder, requiredFolder } from '../../io/fs/folders.ts';
import { isThere } from '../../io/fs/is-there.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Environment } from '../../io/process/exec.ts';
import type { Rights } from '../../plan/rights.ts';
import { publicAddress } from './public-address.ts';

/** Settings of the user's own file that say which engine is meant and how the network is reached. */
const KEPT = ['currentContext', 'proxies', 'cliPluginsExtraDirs', 'HttpHeaders'] as const;
/** Parts of the user's folder that are found beside the file. */
const LINKED = ['cli-plugins', 'contexts'] as const;

export interface ConfigOptions {
  /** The text of a config.json with logins. */
  readonly credentials: string;
  readonly env: Environment;
  /** Of the code that is built. */
  readonly rights: Pick<Rights, 'credentials'>;
}

/**
 * A `DOCKER_CONFIG` of one build's own: only the credentials it needs, no login that a neighbour could overwrite, and
 * the user's builders, plugins and contexts still found. The variables that lead there, for that child only.
 */
export async function privateDockerConfig(
  folder: string,
  { credentials, env, rights }: ConfigOptions,
): Promise<Environment> {
  const original = dockerFolder(env);
  const config = join(folder, 'docker');
  await mkdir(config, { mode: 0o700 });

  const settings = await settingsOf(original);
  const given = rights.credentials ? settings : { ...settings, proxies: publicProxies(settings['proxies']) };
  const merged = { ...given, ...JSON.parse(credentials) };
  await writeFile(join(config, 'config.json'), JSON.stringify(merged), { mode: 0o600 });
  await Promise.all(LINKED.map((name) => linkIfThere(join(original, name), join(config, name))));

  return {
    DOCKER_CONFIG: config,
    BUILDX_CONFIG: requiredFolder(env, 'BUILDX_CONFIG') ?? join(original, 'buildx'),
    // Where docker looks for client certificates when nothing is said.
    ...(env['DOCKER_TLS_VERIFY'] && !env['DOCKER_CERT_PATH'] ? { DOCKER_CERT_PATH: original } : {}),
  };
}

async function settingsOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, 'config.json');
  const text = await readTextFile(file);
  if (text === undefined) return {};
  try {
    const settings: Record<string, unknown> = JSON.parse(text);
    return Object.fromEntries(KEPT.flatMap((key) => (key in settings ? [[key, settings[key]]] : [])));
  } catch (error) {
    throw new UserError(`"${file}" is not valid JSON`, {
      hint: 'fix it, or log in to the registry again',
      cause: error,
    });
  }
}

/** Docker gives these to the steps of a build: https://docs.docker.com/engine/cli/proxy/ */
function publicProxies(value: unknown): unknown {
  if (typeof value === 'string') return publicAddress(value);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, publicProxies(inner)]));
}

async function linkIfThere(target: string, link: string): Promise<void> {
  if (await isThere(target)) await symlink(target, link);
}
