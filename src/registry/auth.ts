import * as z from 'zod';
import type { Clock } from '../io/clock.ts';
import type { Answer, Fetch, Request } from '../io/fetch.ts';
import { CallError, retrying } from '../io/retry.ts';
import type { Repository } from '../oci/types.ts';
import { type Challenge, parseChallenge, realmProblem } from './challenge.ts';
import { basicOf, type Credential } from './credential.ts';
import type { FindCredential } from './credentials.ts';
import { endpointOf } from './endpoint.ts';
import { RegistryError } from './errors.ts';

export type Actions = 'pull' | 'pull,push';

interface AuthOptions {
  readonly fetch: Fetch;
  readonly credentials: FindCredential;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** What a call is made for. */
export interface Purpose {
  readonly repository: Repository;
  readonly actions: Actions;
}

/** The header to send. */
interface Authorization {
  readonly header: string | undefined;
  /** Whether credentials of the user stand behind it. */
  readonly known: boolean;
}

type BearerChallenge = Extract<Challenge, { kind: 'bearer' }>;

interface Token {
  readonly value: string;
  readonly until: number;
}

const TokenAnswer = z.looseObject({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z
    .number()
    .positive()
    .max(365 * 86_400)
    .optional(),
});
const TOKEN_LIMIT = 64 * 1024;
const DEFAULT_LIFE = 60;
const MARGIN = 30;

/**
 * Answers the challenges of registries: https://distribution.github.io/distribution/spec/auth/token/
 * The first call to a registry finds out what it asks for; calls that come meanwhile wait for that.
 */
export class Authorizer {
  readonly #options: AuthOptions;
  readonly #challenges = new Map<string, Promise<Challenge | undefined>>();
  readonly #tokens = new Map<string, Promise<Token>>();

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** Sends with what the registry asks for; a refused token is renewed once. The last answer comes back, whatever it is. */
  async send(
    request: Request,
    purpose: Purpose,
  ): Promise<{ readonly answer: Answer; readonly known: boolean }> {
    const { registry } = purpose.repository;
    const challenge = this.#challenges.get(registry);
    if (challenge === undefined) {
      const answer = await this.#probe(request, registry);
      if (answer.status !== 401) return { answer, known: false };
    }
    const first = await this.#attempt(request, purpose);
    if (first.answer.status !== 401 || !this.#learn(first.answer, purpose)) return first;
    return this.#attempt(request, purpose);
  }

  /** Finds out what a registry asks for and gets it, before the first call needs it. */
  async prepare(purpose: Purpose): Promise<void> {
    const { registry } = purpose.repository;
    if (!this.#challenges.has(registry)) await this.#probe(pingOf(registry), registry);
    await this.#authorization(purpose);
  }

  async #attempt(
    request: Request,
    purpose: Purpose,
  ): Promise<{ readonly answer: Answer; readonly known: boolean }> {
    const { header, known } = await this.#authorization(purpose);
    const answer = await this.#options.fetch({ ...request, authorization: header });
    return { answer, known };
  }

  /** The first call, without credentials. */
  async #probe(request: Request, registry: string): Promise<Answer> {
    const answer = this.#options.fetch(request);
    const challenge = answer.then(
      (given) => challengeOf(given, registry),
      () => undefined,
    );
    this.#challenges.set(registry, challenge);
    answer.catch(() => this.#challenges.delete(registry));
    return answer;
  }

  /** Whether there is sense in another attempt after a 401. */
  #learn(answer: Answer, purpose: Purpose): boolean {
    const { registry } = purpose.repository;
    const challenge = challengeOf(answer, registry);
    if (challenge !== undefined) this.#challenges.set(registry, Promise.resolve(challenge));
    const renewed = this.#tokens.delete(keyOf(purpose));
    return challenge !== undefined || renewed;
  }

  async #authorization(purpose: Purpose): Promise<Authorization> {
    const challenge = await this.#challenges.get(purpose.repository.registry);
    if (challenge === undefined) return { header: undefined, known: false };
    const credential = await this.#options.credentials(purpose.repository);
    const known = credential !== undefined;
    if (challenge.kind === 'bearer') {
      const token = await this.#token(purpose, challenge, credential);
      return { header: `Bearer ${token}`, known };
    }
    if (credential?.kind !== 'password') return { header: undefined, known };
    return { header: `Basic ${basicOf(credential)}`, known };
  }

  async #token(
    purpose: Purpose,
    challenge: BearerChallenge,
    credential: Credential | undefined,
  ): Promise<string> {
    const key = keyOf(purpose);
    const cached = this.#tokens.get(key);
    const token = await cached;
    if (token !== undefined && token.until > this.#options.clock.now()) return token.value;
    const renewed = this.#tokens.get(key);
    if (renewed !== undefined && renewed !== cached) return (await renewed).value;
    const asked = this.#askToken(purpose, challenge, credential);
    this.#tokens.set(key, asked);
    asked.catch(() => this.#tokens.delete(key));
    return (await asked).value;
  }

  async #askToken(
    purpose: Purpose,
    challenge: BearerChallenge,
    credential: Credential | undefined,
  ): Promise<Token> {
    const { fetch, clock, log } = this.#options;
    const request = tokenRequest(purpose, challenge, credential);
    const { call } = request;
    return retrying({ clock, log }, async () => {
      const asked = clock.now();
      const answer = await fetch(request);
      if (answer.status === 200) return readToken(answer, asked, call);
      throw tokenError(answer, { purpose, call, known: credential !== undefined });
    });
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support */
function pingOf(registry: string): Request {
  const endpoint = endpointOf(registry);
  const url = new URL('/v2/', endpoint);
  return { method: 'GET', url, limit: TOKEN_LIMIT, call: `GET /v2/ at ${registry}`, namedBy: endpoint };
}

function keyOf({ repository, actions }: Purpose): string {
  return `${repository.registry} ${scopeOf({ repository, actions })}`;
}

/** https://distribution.github.io/distribution/spec/auth/scope/ ; never what the registry suggests. */
function scopeOf({ repository, actions }: Purpose): string {
  return `repository:${repository.path}:${actions}`;
}

function challengeOf({ status, headers }: Answer, registry: string): Challenge | undefined {
  const header = headers.get('www-authenticate');
  return status === 401 && header !== undefined ? parseChallenge(header, endpointOf(registry)) : undefined;
}

function tokenRequest(
  purpose: Purpose,
  { realm, service }: BearerChallenge,
  credential: Credential | undefined,
): Request {
  const namedBy = endpointOf(purpose.repository.registry);
  const call = `GET token at ${realm.host}`;
  const problem = realmProblem(realm, namedBy);
  if (problem !== undefined) {
    throw new CallError(
      `${namedBy.host} wants a token of "${realm.origin}", which is not asked: ${problem}`,
      {
        code: 'realm-refused',
        hint: 'the registry is not set up right, or not to be trusted',
      },
    );
  }
  const parameters = { ...(service === undefined ? {} : { service }), scope: scopeOf(purpose) };
  const common = { call, limit: TOKEN_LIMIT, namedBy };
  if (credential?.kind === 'identity')
    return refreshRequest(realm, parameters, { ...common, token: credential.token });
  const url = new URL(realm);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const authorization = credential === undefined ? undefined : `Basic ${basicOf(credential)}`;
  return { ...common, method: 'GET', url, authorization };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function refreshRequest(
  realm: URL,
  parameters: Readonly<Record<string, string>>,
  { token, ...common }: Pick<Request, 'call' | 'limit' | 'namedBy'> & { readonly token: string },
): Request {
  const form = { grant_type: 'refresh_token', client_id: 'jobimg', ...parameters, refresh_token: token };
  const bytes = new TextEncoder().encode(new URLSearchParams(form).toString());
  async function* open(): AsyncIterable<Uint8Array> {
    yield bytes;
  }
  return {
    ...common,
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: { size: bytes.length, open },
  };
}

/** A token is given up half a minute before its end, or halfway when it is shorter. */
function readToken({ body }: Answer, asked: number, call: string): Token {
  const { token, access_token, expires_in = DEFAULT_LIFE } = parseToken(body);
  const value = token ?? access_token;
  if (value === undefined || /[^\x21-\x7e]/.test(value)) {
    throw new CallError(`${call}: the answer holds no token`, { code: 'bad-answer' });
  }
  return { value, until: asked + Math.max(expires_in - MARGIN, expires_in / 2) * 1000 };
}

function parseToken(body: Uint8Array): z.infer<typeof TokenAnswer> {
  try {
    return TokenAnswer.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // The cause would quote the answer, and with it the token.
    return {};
  }
}

interface TokenFailure {
  readonly purpose: Purpose;
  readonly call: string;
  readonly known: boolean;
}

function tokenError(answer: Answer, { purpose, call, known }: TokenFailure): CallError {
  const { repository, actions } = purpose;
  const refused = [400, 401, 403].includes(answer.status);
  return new RegistryError({
    answer,
    call: refused && known ? `credentials refused by ${answer.url.host}: ${call}` : call,
    repository,
    pushing: actions === 'pull,push',
    known,
  });
}
