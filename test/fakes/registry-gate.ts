import { randomUUID } from 'node:crypto';
import { type Arrival, problem, type Refusal, type Reply, refused, reply } from './registry-reply.ts';
import type { FakeRegistryOptions } from './registry-server.ts';

type Action = 'pull' | 'push';

/** Who is let in, by a password or by a token. */
export interface Gate {
  token(arrival: Arrival): Reply;
  /** undefined: let in. */
  challenge(arrival: Arrival, path: string, action: Action): Reply | undefined;
}

interface Surroundings {
  readonly host: string;
  readonly exists: (path: string) => boolean;
}

interface Access {
  readonly path: string;
  readonly actions: readonly string[];
}

type User = 'user' | 'reader';

export function createGate(options: FakeRegistryOptions, { host, exists }: Surroundings): Gate {
  const { username = 'user', password = 'secret', mayPush = true, tokenSeconds = 300, manner } = options;
  const auth = manner?.auth ?? options.auth ?? 'none';
  const tokens = new Map<string, Access>();

  function userOf(authorization: string | undefined): User | undefined {
    if (authorization === basicOf(username, password)) return mayPush ? 'user' : 'reader';
    return authorization === basicOf('reader', password) ? 'reader' : undefined;
  }

  function challenge(path: string, action: Action, { code, message }: Refusal, error = ''): Reply {
    const header = `Bearer realm="http://${host}/token",service="fake registry, with a comma",scope="repository:${path}:${action}"${error}`;
    return problem(401, code, message, { 'www-authenticate': header });
  }

  /** Who has a token, and may not do this with it. */
  function refuse(refusal: Refusal, path: string, action: Action): Reply {
    const isChallenge = refusal.status === 401 && auth === 'token';
    return isChallenge ? challenge(path, action, refusal, ',error="insufficient_scope"') : refused(refusal);
  }

  function challengeToken({ authorization }: Arrival, path: string, action: Action): Reply | undefined {
    const access = tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (access === undefined || !isAbout(access, path)) return challenge(path, action, AUTHENTICATE);
    if (path === '') return undefined;
    const isGranted = access.actions.includes(action);
    // Without a manner, a token for less is no token.
    if (!isGranted && manner === undefined) return challenge(path, action, AUTHENTICATE);
    return refusalFor(action, access.actions.includes('push'), path);
  }

  function refusalFor(action: Action, mayPush: boolean, path: string): Reply | undefined {
    return action === 'push' ? pushRefusal(mayPush, path) : readRefusal(mayPush, path);
  }

  function pushRefusal(mayPush: boolean, path: string): Reply | undefined {
    return mayPush ? undefined : refuse(manner?.readOnly ?? DENIED, path, 'push');
  }

  function readRefusal(mayPush: boolean, path: string): Reply | undefined {
    if (manner?.unknownRepository === undefined || exists(path)) return undefined;
    const { pull, push = pull } = manner.unknownRepository;
    return refuse(mayPush ? push : pull, path, 'pull');
  }

  return {
    token({ authorization, url }) {
      const user = userOf(authorization);
      if (user === undefined) return problem(401, 'UNAUTHORIZED', 'wrong username or password');
      const [, path = '', words = ''] = (url.searchParams.get('scope') ?? '').split(':');
      const asked = words.split(',');
      const isBlind = manner?.unknownToken !== undefined && !exists(path) && !asked.includes('push');
      if (isBlind) return refused(manner.unknownToken ?? DENIED);
      const actions = user === 'user' ? asked : asked.filter((action) => action !== 'push');
      const value = randomUUID();
      tokens.set(value, { path, actions });
      const content = manner?.tokenBody?.(value) ?? { token: value, expires_in: tokenSeconds };
      return reply(200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(content)));
    },
    challenge(arrival, path, action) {
      if (auth === 'none') return undefined;
      if (auth === 'token') return challengeToken(arrival, path, action);
      const user = userOf(arrival.authorization);
      const mayPush = user === 'user';
      if (user !== undefined) return refusalFor(action, mayPush, path);
      return problem(401, 'UNAUTHORIZED', 'authentication required', {
        'www-authenticate': 'Basic realm="fake"',
      });
    },
  };
}

const DENIED = { status: 403, code: 'DENIED', message: 'requested access to the resource is denied' };

function isAbout(access: Access, path: string): boolean {
  return path === '' || access.path === path;
}

const AUTHENTICATE = { status: 401, code: 'UNAUTHORIZED', message: 'authentication required' };

function basicOf(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
