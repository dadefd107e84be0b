import type { Clock } from '../io/clock.ts';
import type { Answer, Fetch, Request } from '../io/fetch.ts';
import { CallError, retrying } from '../io/retry.ts';
import type { Repository } from '../oci/types.ts';
import { type Challenge, challengeIn } from './challenge.ts';
import { basicOf, type Credential } from './credential.ts';
import type { Credentials } from './credentials.ts';
import { endpointOf } from './endpoint.ts';
import { RegistryError } from './errors.ts';
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
  /** Where images are pushed to: a login that is refused there is an error, and nothing is tried without it. */
  readonly destination?: Repository | undefined;
}

interface Sent {
  readonly answer: Answer;
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

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** Sends with what the registry asks for; a refused token is renewed once. The last answer comes back, whatever it is. */
  async send(request: Request, purpose: Purpose): Promise<Sent> {
    const { registry } = purpose.repository;
    const challenge = this.#challenges.get(registry);
    if (challenge === undefined) {
      const answer = await this.#probe(request, registry);
      if (answer.status !== 401) return { answer, known: false };
    }
    const credential = await this.#options.credentials.find(purpose.repository);
    return credential !== undefined && this.#isForeign(purpose)
      ? this.#sendOrOpenly(request, purpose, credential)
      : this.#sendWith(request, purpose, credential);
  }

  /** Finds out what a registry asks for and gets it, before the first call needs it. */
  async prepare(purpose: Purpose): Promise<void> {
    const { registry } = purpose.repository;
    if (!this.#challenges.has(registry)) await this.#probe(pingOf(registry), registry);
    await this.#authorization(purpose, await this.#options.credentials.find(purpose.repository));
  }

  /** Whether it is somebody else's image, of which nothing but reading is wanted. */
  #isForeign({ repository, actions }: Purpose): boolean {
    const { destination } = this.#options;
    const isDestination =
      destination?.registry === repository.registry && destination.path === repository.path;
    return actions === 'pull' && !isDestination;
  }

  /**
   * A login that expired, or that is for something else, is refused where nobody needs one: a public image is then read
   * without, and whoever pulls it next does the same.
   */
  async #sendOrOpenly(request: Request, purpose: Purpose, credential: Credential): Promise<Sent> {
    const outcome = await outcomeOf(this.#sendWith(request, purpose, credential));
    if (!isRefused(outcome)) return settled(outcome);
    const openly = await outcomeOf(this.#sendWith(request, purpose, undefined));
    if (openly instanceof CallError || openly.answer.status >= 400) return settled(outcome);
    const { registry, path } = purpose.repository;
    this.#options.credentials.withhold(purpose.repository);
    this.#options.log(
      `going on without credentials for ${registry}: they are refused, and "${path}" is public`,
    );
    return openly;
  }

  async #sendWith(request: Request, purpose: Purpose, credential: Credential | undefined): Promise<Sent> {
    const known = credential !== undefined;
    const attempt = async (): Promise<Answer> => {
      const authorization = await this.#authorization(purpose, credential);
      return this.#options.fetch({ ...request, authorization });
    };
    const answer = await attempt();
    if (answer.status !== 401 || !this.#learn(answer, purpose, known)) return { answer, known };
    return { answer: await attempt(), known };
  }

  /** The first call, without credentials. */
  async #probe(request: Request, registry: string): Promise<Answer> {
    const answer = this.#options.fetch(request);
    const challenge = answer.then(
      (given) => challengeIn(given, endpointOf(registry)),
      () => undefined,
    );
    this.#challenges.set(registry, challenge);
    answer.catch(() => this.#challenges.delete(registry));
    return answer;
  }

  /** Whether there is sense in another attempt after a 401. */
  #learn(answer: Answer, purpose: Purpose, known: boolean): boolean {
    const { registry } = purpose.repository;
    const challenge = challengeIn(answer, endpointOf(registry));
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

function keyOf(purpose: Purpose, known: boolean): string {
  return `${purpose.repository.registry} ${scopeOf(purpose)}${known ? '' : ' anonymous'}`;
}

async function outcomeOf(sending: Promise<Sent>): Promise<Sent | CallError> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}

function settled(outcome: Sent | CallError): Sent {
  if (outcome instanceof CallError) throw outcome;
  return outcome;
}

/** By the token server, or by the registry. */
function isRefused(outcome: Sent | CallError): boolean {
  if (outcome instanceof RegistryError) return [400, 401, 403].includes(outcome.status);
  return !(outcome instanceof CallError) && [401, 403].includes(outcome.answer.status);
}
