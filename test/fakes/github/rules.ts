/**
 * What is said to somebody who may create a package, and reads it before it exists: by the token server, which is
 * asked for `pull` alone; at the manifest with a token for `pull`; and with one for `pull,push`.
 */
export const MANNERS = {
  /**
   * No token for `pull` alone. GHCR gives none to who has no login (https://github.com/fluxcd/flux2/issues/4745),
   * Artifact Registry none to anybody ("or it may not exist", https://github.com/fluxcd/source-controller/issues/798).
   */
  'token-denied': { token: 403, read: 404, write: 404 },
  /** GHCR: https://github.com/redhat-actions/push-to-registry/issues/52 */
  'manifest-403': { token: 200, read: 403, write: 404 },
  /** GHCR: https://github.com/GoogleContainerTools/skaffold/issues/7254 */
  'manifest-404': { token: 200, read: 404, write: 404 },
  /** Quay, whose token has no access then: https://github.com/helm/helm/issues/31567 */
  'manifest-401': { token: 200, read: 401, write: 404 },
  /** A virtual repository of Artifactory, and for a missing tag alike: https://github.com/google/go-containerregistry/pull/1691 */
  'always-403': { token: 200, read: 403, write: 403 },
} as const;

export type Manner = keyof typeof MANNERS;

/** What the `permissions: packages:` of a workflow's job is for its token; `none` and `expired` are refused everywhere. */
export type Grant = 'write' | 'read' | 'none' | 'expired';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Package {
  readonly visibility: 'public' | 'private';
  /** Whether it is linked to the repository whose workflow has the token. */
  readonly linked: boolean;
}

type Action = 'pull' | 'push';
export type User = Grant | 'anonymous';

export interface Token {
  readonly user: User;
  readonly access: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface World {
  readonly manner: (typeof MANNERS)[Manner];
  readonly packages: Map<string, Package>;
  readonly tokens: Map<string, Token>;
  readonly host: () => string;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const LOGINS: Readonly<Record<Grant, Login>> = {
  write: { username: 'ada', password: 'ghs_packages_write' },
  read: { username: 'ada', password: 'ghs_packages_read' },
  none: { username: 'ada', password: 'ghs_packages_none' },
  expired: { username: 'ada', password: 'ghp_expired' },
};

export const DENIED: Refusal = {
  status: 403,
  code: 'DENIED',
  message: 'requested access to the resource is denied',
};

/** A login that expired is refused for a public package too: https://github.com/dexidp/dex/issues/2672 */
export function tokenRefusal(
  method: string | undefined,
  user: User,
  access: Token['access'],
  world: World,
): Refusal | undefined {
  // Who asks by POST is sent to GET, as containerd knows it of GCR.
  if (method !== 'GET') return { status: 404, code: 'UNSUPPORTED', message: 'GET only' };
  if (user === 'none' || user === 'expired') return { ...DENIED, message: 'denied' };
  const isGiven =
    access.size === 0 || [...access].some(([path, actions]) => mayAsk(user, path, actions, world));
  return isGiven ? undefined : DENIED;
}

function mayAsk(user: User, path: string, actions: ReadonlySet<string>, world: World): boolean {
  if (isPublic(path, world)) return true;
  if (user === 'anonymous') return false;
  const isCreating = user === 'write' && actions.has('push');
  return world.packages.has(path) || isCreating || world.manner.token === 200;
}

/** `repository:acme/train:pull,push`, several in one parameter or in several. */
export function accessOf(scopes: readonly string[]): Map<string, Set<string>> {
  const access = new Map<string, Set<string>>();
  for (const scope of scopes.flatMap((text) => text.split(' '))) {
    const [, path = '', actions = ''] = /^repository:(.+):([^:]*)$/.exec(scope) ?? [];
    if (path !== '') access.set(path, new Set([...(access.get(path) ?? []), ...actions.split(',')]));
  }
  return access;
}

export function readRefusal({ user, access }: Token, path: string, world: World): Refusal | undefined {
  if (isPublic(path, world)) return undefined;
  const known = world.packages.get(path);
  if (user === 'anonymous') return DENIED;
  if (known !== undefined) return known.linked ? undefined : permissionDenied('read_package');
  const isWriting = user === 'write' && access.get(path)?.has('push') === true;
  const status = isWriting ? world.manner.write : world.manner.read;
  if (status === 401) return challenge(world, path, 'pull', 'insufficient_scope');
  if (status === 403) return DENIED;
  return { status, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' };
}

/** The package's own settings: https://github.com/tuna-os/tunaOS/issues/642 ; the job's permissions: https://github.com/hyperledger-firefly/signer/pull/74 */
export function pushRefusal({ user }: Token, path: string, { packages }: World): Refusal | undefined {
  const known = packages.get(path);
  if (user === 'write' && (known === undefined || known.linked) && !path.startsWith('library/'))
    return undefined;
  if (known?.linked === false || path.startsWith('library/')) return permissionDenied('write_package');
  const what = known === undefined ? 'Create' : 'Write';
  return { status: 403, code: 'DENIED', message: `installation not allowed to ${what} organization package` };
}

function permissionDenied(what: 'read_package' | 'write_package'): Refusal {
  return { status: 403, code: 'DENIED', message: `permission_denied: ${what}` };
}

function isPublic(path: string, { packages }: World): boolean {
  return path.startsWith('library/') || packages.get(path)?.visibility === 'public';
}

export function challenge({ host }: World, path: string, action: Action, error?: string): Refusal {
  const scope = `repository:${path || 'user/image'}:${action === 'push' ? 'pull,push' : 'pull'}`;
  const why = error === undefined ? '' : `,error="${error}"`;
  const header = `Bearer realm="http://${host()}/token",service="${host()}",scope="${scope}"${why}`;
  return {
    status: 401,
    code: 'UNAUTHORIZED',
    message: 'authentication required',
    headers: { 'www-authenticate': header },
  };
}

/** A login that nobody knows is like one that expired. */
export function basicUser(header: string | undefined): User {
  const [, encoded] = /^Basic (.+)$/.exec(header ?? '') ?? [];
  if (encoded === undefined) return 'anonymous';
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const grants = Object.keys(LOGINS) as Grant[];
  return grants.find((grant) => given === `${LOGINS[grant].username}:${LOGINS[grant].password}`) ?? 'expired';
}
