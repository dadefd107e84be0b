import { isLoopback } from '../../../io/http/address.ts';
import { canonicalJson } from '../../../oci/canonical.ts';
import { sha256 } from '../../../oci/digest.ts';
import { printReference } from '../../../oci/reference.ts';
import type { Reference } from '../../../oci/types.ts';
import type { EngineNetwork, RegistrySettings } from './engine-network.ts';

/** What a builder of ours is made with. */
export interface BuilderSettings {
  /** The image of BuildKit, ready to pull. */
  readonly image: string;
  readonly registries: readonly RegistrySettings[];
  /** Whether the certificates of `TRUST_HOST` are those that the builder trusts for every host, and no others. */
  readonly trusts: boolean;
  readonly proxies: ReadonlyMap<string, string>;
  /** Whether it shares the network of the machine, which it needs to reach what listens on loopback. */
  readonly hostNetwork: boolean;
}

export interface SettingsFacts {
  readonly image: Reference;
  /** Hosts that the build reads from and pushes to. */
  readonly hosts: readonly string[];
  readonly engine: EngineNetwork;
  /** As the environment of this process has them. */
  readonly proxies: ReadonlyMap<string, string>;
  /** PEM certificates that the machine trusts; an empty text leaves the image its own trust. */
  readonly certificates: string;
  /** Whether the operator gives the steps of builds the network of the machine. */
  readonly hostNetwork: boolean;
}

export interface SettingsMade {
  readonly settings: BuilderSettings;
  /** Names of proxies that are not handed over. */
  readonly withheld: readonly string[];
}

/** The machine's way into the network, for a builder that stands beside the engine. */
export function builderSettings(facts: SettingsFacts): SettingsMade {
  const { image, hosts, engine, certificates } = facts;
  const all = facts.proxies.size > 0 ? facts.proxies : engine.proxies;
  // Settings of a builder are arguments of a process and stand in its container, for everybody on the machine to read.
  const proxies = new Map([...all].filter(([, value]) => !holdsLogin(value)));
  const onLoopback = [...hosts.map(hostnameOf), ...[...proxies.values()].flatMap(proxyHost)].some(isLoopback);
  return {
    settings: {
      image: printReference(image),
      registries: certificates === '' ? engine.registries : trusting(engine.registries, certificates),
      trusts: certificates !== '',
      proxies,
      hostNetwork: facts.hostNetwork || onLoopback,
    },
    withheld: [...all.keys()].filter((name) => !proxies.has(name)),
  };
}

/** The registry that certificates for all hosts are handed over with: buildx copies files for registries, and for nothing else. */
export const TRUST_HOST = 'docker.io';

function trusting(
  registries: readonly RegistrySettings[],
  certificates: string,
): readonly RegistrySettings[] {
  const own = registries.find(({ host }) => host === TRUST_HOST);
  const others = registries.filter(({ host }) => host !== TRUST_HOST);
  const { mirrors = [], insecure = false, certificates: known = '' } = own ?? {};
  return [...others, { host: TRUST_HOST, mirrors, insecure, certificates: `${certificates}${known}` }];
}

/** Equal for builders that differ in nothing but the release of BuildKit. */
export function fingerprintOf({ image: _, proxies, ...settings }: BuilderSettings): string {
  const text = canonicalJson({ ...settings, proxies: Object.fromEntries(proxies) });
  return sha256(text).slice('sha256:'.length, 'sha256:'.length + 16);
}

function holdsLogin(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(value) || /^[^/,]*:[^/,]*@/.test(value);
}

function proxyHost(value: string): readonly string[] {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  return url === null ? [] : [url.hostname];
}

function hostnameOf(registry: string): string {
  return registry.replace(/:\d+$/, '');
}
