import type { GitHost } from '../private-places.ts';

/**
 * Where requirements are fetched from by git, in every spelling that files of dependencies have: `git+https://…`,
 * `git+ssh://git@…`, `git = "…"` of uv and pdm, `type = "git"` with a `url` of Poetry and pylock, `"git": "…"` of Pipenv.
 */
const ADDRESSES: readonly RegExp[] = [
  /git\+(?<scheme>https?|ssh):\/\/(?:(?<user>[^@/\s"']+)@)?(?<host>[A-Za-z0-9.-]+)(?::(?<port>\d+))?\//g,
  /\bgit"?\s*[=:]\s*"(?<scheme>https?|ssh):\/\/(?:(?<user>[^@/\s"']+)@)?(?<host>[A-Za-z0-9.-]+)(?::(?<port>\d+))?\//g,
  /\btype\s*=\s*"git"[\s,]+url\s*=\s*"(?<scheme>https?|ssh):\/\/(?:(?<user>[^@/\s"']+)@)?(?<host>[A-Za-z0-9.-]+)(?::(?<port>\d+))?\//g,
  /(?:\bgit"?\s*[=:]\s*"|\btype\s*=\s*"git"[\s,]+url\s*=\s*")(?<user>[^@/\s"']+)@(?<host>[A-Za-z0-9.-]+):/g,
];

interface Address {
  /** undefined: as `git@host:path`. */
  readonly scheme: string | undefined;
  readonly user: string | undefined;
  readonly name: string;
  readonly port: string | undefined;
}

/** Each host once. What SSH would fetch goes to the web address that a requirement names, else to https. */
export function gitHosts(texts: readonly string[]): readonly GitHost[] {
  const addresses = texts.flatMap(addressesIn);
  const names = [...new Set(addresses.map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const own = addresses.filter((address) => address.name === name);
    const web = [...new Set(own.filter(isWeb).map(({ scheme, port }) => `${scheme} ${port ?? ''}`))].sort();
    const [first = 'https ', ...others] = web;
    return [hostOf(name, first, sshForms(own)), ...others.map((other) => hostOf(name, other, []))];
  });
}

function addressesIn(text: string): readonly Address[] {
  return ADDRESSES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups = {} }) => ({
      scheme: groups['scheme'],
      user: groups['user'],
      name: (groups['host'] ?? '').toLowerCase(),
      port: groups['port'],
    })),
  );
}

function isWeb({ scheme }: Address): boolean {
  return scheme === 'https' || scheme === 'http';
}

function hostOf(name: string, web: string, ssh: readonly string[]): GitHost {
  const [scheme, port] = web.split(' ');
  return { scheme: scheme === 'http' ? 'http' : 'https', name, port: port || undefined, ssh };
}

/** Submodules are often written `git@host:path`, whatever the requirement itself is. */
function sshForms(addresses: readonly Address[]): readonly string[] {
  const forms = addresses.flatMap(({ scheme, user = 'git', name, port }) => {
    if (scheme === undefined) return [`${user}@${name}:`, `ssh://${user}@${name}/`];
    if (scheme !== 'ssh') return [`git@${name}:`, `ssh://git@${name}/`];
    return [`${user}@${name}:`, `ssh://${user}@${name}${port === undefined ? '' : `:${port}`}/`];
  });
  return [...new Set(forms)].sort();
}

export function webAddress({ scheme, name, port }: GitHost): string {
  return `${scheme}://${name}${port === undefined ? '' : `:${port}`}`;
}
