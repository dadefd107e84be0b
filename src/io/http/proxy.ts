import { isLoopback } from './address.ts';

/** As curl and Go read them; https only, for plain http is spoken on this machine alone. */
export interface Proxies {
  readonly https?: string | undefined;
  readonly no?: string | undefined;
}

/** Lower case wins, as in curl. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): Proxies {
  const first = (...names: readonly string[]) => names.map((name) => env[name]).find((value) => value);
  return {
    https: first('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
    no: first('no_proxy', 'NO_PROXY'),
  };
}

/** undefined: straight to the server. Nothing on this machine goes through a proxy. */
export function proxyFor(url: URL, { https, no = '' }: Proxies): string | undefined {
  if (https === undefined || url.protocol !== 'https:' || isLoopback(url.hostname)) return undefined;
  const rules = no.split(/[\s,]+/).filter((rule) => rule !== '');
  if (rules.some((rule) => matches(rule.toLowerCase(), url))) return undefined;
  return https.includes('://') ? https : `http://${https}`;
}

/** `*`, a name with everything below it, with or without a leading dot, and with a port or without. */
function matches(rule: string, url: URL): boolean {
  if (rule === '*') return true;
  const [, name = rule, port] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
  if (port !== undefined && port !== (url.port || '443')) return false;
  const bare = name.replace(/^\*?\./, '');
  return url.hostname === bare || url.hostname.endsWith(`.${bare}`);
}
