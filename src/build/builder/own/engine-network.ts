import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../io/errno.ts';
import { readTextFile } from '../../../io/fs/text-file.ts';

/** How one registry is spoken to: https://docs.docker.com/build/buildkit/toml-configuration/ */
export interface RegistrySettings {
  readonly host: string;
  /** Hosts that are asked first. */
  readonly mirrors: readonly string[];
  /** Whether plain HTTP and certificates that cannot be checked are taken. */
  readonly insecure: boolean;
  /** PEM certificates for this host alone. */
  readonly certificates: string;
}

/** How a Docker engine reaches registries. */
export interface EngineNetwork {
  readonly registries: readonly RegistrySettings[];
  /** A login in them is hidden by the engine. */
  readonly proxies: ReadonlyMap<string, string>;
}

/** What is read of `GET /info`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
interface EngineInfo {
  readonly HttpProxy?: string;
  readonly HttpsProxy?: string;
  readonly NoProxy?: string;
  readonly RegistryConfig?: {
    readonly Mirrors?: readonly string[] | null;
    readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>> | null;
  };
}

/** `certificates` by host, as the engine's own folder has them. */
export function engineNetwork(info: unknown, certificates: ReadonlyMap<string, string>): EngineNetwork {
  const { HttpProxy, HttpsProxy, NoProxy, RegistryConfig } = info as EngineInfo;
  const mirrors = (RegistryConfig?.Mirrors ?? []).map(withoutScheme);
  const insecure = new Set([
    ...Object.entries(RegistryConfig?.IndexConfigs ?? {}).flatMap(([host, { Secure }]) =>
      Secure === false ? [host] : [],
    ),
    // The engine takes a mirror with this scheme for an insecure registry.
    ...(RegistryConfig?.Mirrors ?? []).filter((mirror) => mirror.startsWith('http://')).map(withoutScheme),
  ]);
  const hosts = new Set([...(mirrors.length > 0 ? ['docker.io'] : []), ...insecure, ...certificates.keys()]);
  const registries = [...hosts].sort().map((host) => ({
    host,
    mirrors: host === 'docker.io' ? mirrors : [],
    insecure: insecure.has(host),
    certificates: certificates.get(host) ?? '',
  }));
  const proxies = Object.entries({ HTTP_PROXY: HttpProxy, HTTPS_PROXY: HttpsProxy, NO_PROXY: NoProxy });
  return {
    registries,
    proxies: new Map(proxies.flatMap(([name, value]) => (value ? [[name, value] as const] : []))),
  };
}

function withoutScheme(mirror: string): string {
  return mirror.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

/** https://docs.docker.com/engine/security/certificates/ */
const ENGINE_CERTIFICATES = '/etc/docker/certs.d';

/** The certificates that the engine of this machine trusts, by the host of the registry. */
export async function engineCertificates(folder = ENGINE_CERTIFICATES): Promise<ReadonlyMap<string, string>> {
  const hosts = await namesIn(folder);
  const entries = await Promise.all(
    hosts.map(async (host) => {
      const names = (await namesIn(join(folder, host))).filter((name) => name.endsWith('.crt')).sort();
      const texts = await Promise.all(names.map((name) => readTextFile(join(folder, host, name))));
      return [host, texts.filter((text) => text !== undefined).join('\n')] as const;
    }),
  );
  return new Map(entries.filter(([, text]) => text !== ''));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // What this user may not read is not this user's to hand over.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
