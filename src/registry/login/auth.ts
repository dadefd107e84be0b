import type { Clock } from '../../io/clock.ts';
import type { Fetch, HttpResponse, Request } from '../../io/http/fetch.ts';
import { LONG_PATIENCE, retrying } from '../../io/http/retry.ts';
import type { Repository } from '../../oci/types.ts';
import { endpointOf } from '../protocol/endpoint.ts';
import { type Challenge, challengeIn } from './challenge.ts';
import { basicOf, type Credential } from './credential.ts';
import type { Credentials } from './credentials.ts';
import { unlessPublic } from './refused-login.ts';
import {
  type BearerChallenge,
  type Purpose,
  readToken,
  scopeOf,
  TOKEN_LIMIT,
  type Token,
  tokenError,
  tokenRequest,
} from './token.ts';

export interface AuthOptions {
  readonly fetch: Fetch;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Where images are pushed to: a login that is refused there is an error, and nothing is tried without it. */
  readonly destination?: Repository | undefined;
}

interface Sent {
  readonly response: HttpResponse;
  /** Whether credentials of the user stand behind it. */
  readonly known: boolean;
}

/**
 * Answers the challenges of registries: https://distribution.github.io/distribution/spec/auth/token/
 * The first call to a registry finds out what it asks for; calls that come meanwhile wait for that.
 */
export class Authorizer {
  readonly #options: AuthOptions;
  readonly #challenges = new Map<string, Promise<Challenge | undefined>>();
  readonly #tokens = new Map<string, Promise<Token>>();
  readonly #told = new Set<string>();

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** Sends with what the registry asks for; a refused token is renewed once. The last answer comes back, whatever it is. */
  async send(request: Request, purpose: Purpose): Promise<Sent> {
    const { registry } = purpose.repository;
    const challenge = this.#challenges.get(registry);
    if (challenge === undefined) {
      const response = await this.#probe(request, registry);
      if (response.status !== 401) return { response, known: false };
    }
    return this.#withLogin(
      purpose,
      (credential) => this.#sendWith(request, purpose, credential),
      ({ response }) => response.status,
    );
  }

  /** Finds out what a registry asks for and gets it, before the first call needs it. */
  async prepare(purpose: Purpose): Promise<void> {
    const { registry } = purpose.repository;
    if (!this.#challenges.has(registry)) await this.#probe(pingOf(registry), registry);
    await this.#withLogin(
      purpose,
      (credential) => this.#authorization(purpose, credential),
      () => 200,
    );
  }

  async #withLogin<T>(
    purpose: Purpose,
    call: (credential: Credential | undefined) => Promise<T>,
    statusOf: (value: T) => number,
  ): Promise<T> {
    const { repository } = purpose;
    const credential = await this.#options.credentials.find(repository);
    if (credential === undefined || !this.#isForeign(purpose)) return call(credential);
    return unlessPublic({
      call: (withLogin) => call(withLogin ? credential : undefined),
      statusOf,
      onPublic: () => this.#withhold(repository),
    });
  }

  /** Calls at the same time find the same, which is told once. */
  #withhold({ registry, path }: Repository): void {
    this.#options.credentials.withhold({ registry, path });
    const line = `continuing without credentials for ${registry}: they are refused for "${path}"`;
    if (!this.#told.has(line)) this.#options.log(line);
    this.#told.add(line);
  }

  /** Whether it is somebody else's image, of which nothing but reading is wanted. */
  #isForeign({ repository, actions }: Purpose): boolean {
    const { destination } = this.#options;
    const isDestination =
      destination?.registry === repository.registry && destination.path === repository.path;
    return actions === 'pull' && !isDestination;
  }

  async #sendWith(request: Request, purpose: Purpose, credential: Credential | undefined): Promise<Sent> {
    const known = credential !== undefined;
    const attempt = async (): Promise<HttpResponse> => {
      const authorization = await this.#authorization(purpose, credential);
      return this.#options.fetch({ ...request, authorization });
    };
    const response = await attempt();
    if (response.status !== 401 || !this.#learn(response, purpose, known)) return { response, known };
    return { response: await attempt(), known };
  }

  /** The first call, without credentials. */
  async #probe(request: Request, registry: string): Promise<HttpResponse> {
    const response = this.#options.fetch(request);
    const challenge = response.then(
      (given) => challengeIn(given, endpointOf(registry)),
      () => undefined,
    );
    this.#challenges.set(registry, challenge);
    response.catch(() => this.#challenges.delete(registry));
    return response;
  }

  /** Whether there is sense in another attempt after a 401. */
  #learn(response: HttpResponse, purpose: Purpose, known: boolean): boolean {
    const { registry } = purpose.repository;
    const challenge = challengeIn(response, endpointOf(registry));
    if (challenge !== undefined) this.#challenges.set(registry, Promise.resolve(challenge));
    const renewed = this.#tokens.delete(keyOf(purpose, known));
    return challenge !== undefined || renewed;
  }

  /** The header to send. */
  async #authorization(purpose: Purpose, credential: Credential | undefined): Promise<string | undefined> {
    const challenge = await this.#challenges.get(purpose.repository.registry);
    if (challenge?.kind === 'bearer') return `Bearer ${await this.#token(purpose, challenge, credential)}`;
    if (challenge === undefined || credential?.kind !== 'password') return undefined;
    return `Basic ${basicOf(credential)}`;
  }

  async #token(
    purpose: Purpose,
    challenge: BearerChallenge,
    credential: Credential | undefined,
  ): Promise<string> {
    const key = keyOf(purpose, credential !== undefined);
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
    const { fetch, clock, log, signal } = this.#options;
    const request = tokenRequest(purpose, challenge, credential);
    const { call } = request;
    const patience = purpose.actions === 'pull' ? undefined : LONG_PATIENCE;
    return retrying({ patience, clock, log, signal }, async () => {
      const asked = clock.now();
      const response = await fetch(request);
      if (response.status === 200) return readToken(response, asked, call);
      throw tokenError(response, { purpose, call, known: credential !== undefined });
    });
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#determining-support */
function pingOf(registry: string): Request {
  const endpoint = endpointOf(registry);
  const url = new URL('/v2/', endpoint);
  return { method: 'GET', url, limit: TOKEN_LIMIT, call: `GET /v2/ at ${registry}`, namedBy: endpoint };
}

function keyOf(purpose: Purpose, known: boolean): string {
  return `${purpose.repository.registry} ${scopeOf(purpose)}${known ? '' : ' anonymous'}`;
}
