import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { locationOf, type MapNode } from '../yaml/node.ts';
import { parseOneLine } from './names.ts';

/** The address of a package index as it stands in steps and ids, so that it holds no credentials. */
export function parseIndexUrl(text: string): string {
  const url = /\s/.test(parseOneLine(text)) ? undefined : URL.parse(text);
  if (url === null || url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UserError(`"${withoutCredentials(text)}" is not an address of a package index`, {
      hint: 'write it as in https://packages.example.com/simple/',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError(`the address of the package index at "${url.host}" contains credentials`, {
      hint: `write ${url.protocol}//${url.host}${url.pathname} and "secret: NAME", and give user:password in the environment variable NAME`,
    });
  }
  if (url.search === '' && url.hash === '') return text;
  throw new UserError(`the address of the package index at "${url.host}" has a query or a fragment`, {
    hint: `write ${url.origin}${url.pathname}`,
  });
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}

interface Index {
  readonly url: string;
  readonly extra?: readonly string[] | undefined;
  readonly secret?: string | undefined;
}

/** Credentials are sent by https alone; a server of this machine hears them without. */
export function checkIndex(index: Index | undefined, root: MapNode, findings: Findings): void {
  if (index?.secret === undefined) return;
  const host = new URL(index.url).hostname;
  const places = [
    { url: index.url, path: ['url'] },
    ...(index.extra ?? []).map((url, place) => ({ url, path: ['extra', place] })),
  ];
  for (const { url, path } of places) {
    const { protocol, hostname } = new URL(url);
    if (protocol === 'https:' || hostname !== host || isLoopback(hostname)) continue;
    findings.error(
      'image',
      `the credentials of the package index at "${hostname}" would go there unencrypted`,
      {
        hint: `write https://, or leave out "secret: ${index.secret}"`,
        at: locationOf(root, ['image', 'index', ...path]),
      },
    );
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
