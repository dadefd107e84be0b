import { isLoopback } from '../../jobspec/values/index-url.ts';
import { CA_PATH } from '../../plan/dockerfile/certificate-mounts.ts';
import { CA_VARIABLES, PIP } from '../../plan/dockerfile/step-text.ts';
import { mirrorAddress } from '../../plan/mirrors.ts';
import type { RunPlan } from '../types/plan.ts';

/**
 * What a run needs to reach the network as the machine that starts it does: certificates, proxies, indexes of packages.
 * It is the machine's and not the job's: in no plan, hash, record or log.
 */
export interface RunNetwork {
  /** By their absolute paths in the container. */
  readonly files: ReadonlyMap<string, string>;
  readonly env: ReadonlyMap<string, string>;
}

export const NO_NETWORK: RunNetwork = { files: new Map(), env: new Map() };

/** What is known of the machine. */
export interface NetworkFacts {
  /** PEM; '' where it trusts what everybody does. */
  readonly certificates: string;
  /** What pip is configured with there. */
  readonly pip: string;
  readonly proxies: ReadonlyMap<string, string>;
  /** Of the operator's file of defaults, by the host that each stands for. */
  readonly mirrors: ReadonlyMap<string, string>;
}

const PYPI = 'pypi.org';

/** What listens on the machine alone is not there in a container. */
export function networkOf({ certificates, pip, proxies, mirrors }: NetworkFacts): RunNetwork {
  const config = withMirror(pip, mirrors.get(PYPI));
  const files = new Map([
    ...(certificates === '' ? [] : [[CA_PATH, certificates] as const]),
    ...(config === '' ? [] : [[PIP, config] as const]),
  ]);
  const env = new Map([
    ...(certificates === '' ? [] : CA_VARIABLES.map((name) => [name, CA_PATH] as const)),
    ...(config === '' ? [] : [['PIP_CONFIG_FILE', PIP] as const]),
    ...uvVariables(config),
    ...reachable(proxies),
  ]);
  return { files, env };
}

/** An index that pip is configured with is nearer than one for everybody. */
function withMirror(pip: string, mirror: string | undefined): string {
  if (mirror === undefined || optionOf(pip, 'index-url') !== undefined) return pip;
  const address = `${mirrorAddress(mirror)}/simple`;
  if (isNearby(address)) return pip;
  const line = `index-url = ${address}\n`;
  return pip === '' ? `[global]\n${line}` : pip.replace('[global]\n', `[global]\n${line}`);
}

/** uv reads nothing of pip: https://docs.astral.sh/uv/reference/environment/ */
function uvVariables(pip: string): readonly (readonly [string, string])[] {
  const index = optionOf(pip, 'index-url');
  const extra = optionOf(pip, 'extra-index-url');
  return [
    ...(index === undefined ? [] : [['UV_DEFAULT_INDEX', index] as const]),
    ...(extra === undefined ? [] : [['UV_INDEX', extra.split(/\s+/).join(' ')] as const]),
  ];
}

function optionOf(pip: string, key: string): string | undefined {
  return new RegExp(`^${key} = (.*(?:\n[ ]+.*)*)`, 'm').exec(pip)?.[1];
}

function reachable(proxies: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const isException = (name: string): boolean => name.toLowerCase() === 'no_proxy';
  const far = [...proxies].filter(([name, address]) => isException(name) || !isNearby(address));
  return far.every(([name]) => isException(name)) ? [] : far;
}

/** Whether an address, perhaps without its scheme, is one of this machine alone. */
export function isNearby(address: string): boolean {
  const whole = address.includes('://') ? address : `http://${address}`;
  return URL.canParse(whole) && isLoopback(new URL(whole).hostname);
}

/** The variables of the machine that nothing else sets: what the job says itself wins, and what its image says. */
export function networkVariables(
  { env }: RunNetwork,
  run: Pick<RunPlan, 'env' | 'secrets'>,
  image: readonly string[] = [],
): ReadonlyMap<string, string> {
  const ofImage = new Set(image.map((variable) => variable.slice(0, variable.indexOf('='))));
  const isTaken = (name: string): boolean =>
    run.env.has(name) || run.secrets.includes(name) || ofImage.has(name);
  return new Map([...env].filter(([name]) => !isTaken(name)));
}

/** The logins that stand in addresses: the machine's own, which no log may show. */
export function loginsIn({ files, env }: RunNetwork): readonly string[] {
  const texts = [...files.values(), ...env.values()].join('\n');
  return [...texts.matchAll(/(?:^|:\/\/)([^/\s@]+)@/gm)].flatMap(([, login = '']) => {
    const password = login.slice(login.indexOf(':') + 1);
    return [login, password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It was not encoded.
    return text;
  }
}
