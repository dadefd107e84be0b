import { isLoopback } from '../../io/http/address.ts';
import type { HttpResponse } from '../../io/http/fetch.ts';

/** What a registry asks for: https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate */
export type Challenge =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined };

/**
 * Of a 401 alone; relative addresses in it are below `endpoint`.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function challengeIn({ status, headers }: HttpResponse, endpoint: URL): Challenge | undefined {
  const header = headers.get('www-authenticate');
  return status === 401 && header !== undefined ? parseChallenge(header, endpoint) : undefined;
}

/** The challenge that is answered: a token when there is the choice. */
export function parseChallenge(header: string, endpoint: URL): Challenge | undefined {
  const challenges = splitChallenges(header);
  const bearer = challenges.find(({ scheme, values }) => scheme === 'bearer' && values.has('realm'));
  const realm = bearer?.values.get('realm');
  if (bearer !== undefined && realm !== undefined && URL.canParse(realm, endpoint.href)) {
    return { kind: 'bearer', realm: new URL(realm, endpoint), service: bearer.values.get('service') };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined;
}

interface Part {
  readonly scheme: string;
  readonly values: ReadonlyMap<string, string>;
}

const TOKEN = /([A-Za-z][\w-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?[\s,]*/gy;

function splitChallenges(header: string): readonly Part[] {
  const parts: { scheme: string; values: Map<string, string> }[] = [];
  for (const [, name = '', quoted, bare] of header.trim().matchAll(TOKEN)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) parts.push({ scheme: name.toLowerCase(), values: new Map() });
    else parts.at(-1)?.values.set(name.toLowerCase(), value);
  }
  return parts;
}

/** Token servers under another domain than their registry. */
const TOKEN_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'registry-1.docker.io': ['auth.docker.io'],
  'dhi.io': ['auth.docker.io'],
  'lscr.io': ['ghcr.io'],
};

/** Domains below which anybody may have a name of his own: two hosts there have nothing in common. */
const SHARED_DOMAINS = new Set(
  'amazonaws.com azurecr.io azurewebsites.net blob.core.windows.net cloudapp.azure.com cloudfront.net fly.dev github.io gitlab.io herokuapp.com jfrog.io netlify.app ngrok.io ngrok.app onrender.com pages.dev pkg.dev run.app vercel.app web.app workers.dev'.split(
    ' ',
  ),
);
const SECOND_LEVEL = new Set('ac co com edu gov net org or ne go gob nom'.split(' '));

/** Why credentials and requests must not follow a challenge to this place; undefined: they may. */
export function realmProblem(realm: URL, endpoint: URL): string | undefined {
  const local = isLoopback(realm.hostname) && isLoopback(endpoint.hostname);
  if (realm.username !== '' || realm.password !== '') return 'its address carries credentials';
  if (local && ['http:', 'https:'].includes(realm.protocol)) return undefined;
  if (realm.protocol !== 'https:') return 'it is not https';
  const related =
    realm.hostname === endpoint.hostname ||
    (TOKEN_HOSTS[endpoint.hostname] ?? []).includes(realm.hostname) ||
    sameDomain(realm.hostname, endpoint.hostname);
  return related ? undefined : 'it does not belong to the registry';
}

function sameDomain(a: string, b: string): boolean {
  const domain = registrableDomain(a);
  return domain !== undefined && domain === registrableDomain(b);
}

/** As far as it can be told without the public suffix list; undefined when there is doubt. */
function registrableDomain(hostname: string): string | undefined {
  const labels = hostname.replace(/\.$/, '').split('.');
  if (hostname.includes(':') || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  const country = labels.at(-1)?.length === 2 && SECOND_LEVEL.has(labels.at(-2) ?? '');
  const size = country ? 3 : 2;
  if (labels.length < size) return undefined;
  const shared = labels.some((_, index) => SHARED_DOMAINS.has(labels.slice(index).join('.')));
  return shared ? undefined : labels.slice(-size).join('.');
}
