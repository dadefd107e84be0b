import * as z from 'zod';
import type { HttpResponse, Request } from '../../io/http/fetch.ts';
import { CallError } from '../../io/http/retry.ts';
import type { Repository } from '../../oci/types.ts';
import { endpointOf } from '../protocol/endpoint.ts';
import { RegistryError } from '../protocol/errors.ts';
import { type Challenge, realmProblem } from './challenge.ts';
import { basicOf, type Credential } from './credential.ts';

export type Actions = 'pull' | 'pull,push' | 'pull,push,delete';

/** What a call is made for. */
export interface Purpose {
  readonly repository: Repository;
  readonly actions: Actions;
}

export type BearerChallenge = Extract<Challenge, { kind: 'bearer' }>;

export interface Token {
  readonly value: string;
  readonly until: number;
}

/** A field that makes no sense counts as left out: Harbor's `access_token` is empty beside a `token`. */
const text = z.string().optional().catch(undefined);
const TokenAnswer = z.looseObject({
  token: text,
  access_token: text,
  expires_in: z
    .number()
    .positive()
    .max(365 * 86_400)
    .optional()
    .catch(undefined),
});
export const TOKEN_LIMIT = 64 * 1024;
const DEFAULT_LIFE = 60;
const MARGIN = 30;

/** https://distribution.github.io/distribution/spec/auth/scope/ ; never what the registry suggests. */
export function scopeOf({ repository, actions }: Purpose): string {
  return `repository:${repository.path}:${actions}`;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
export function tokenRequest(
  purpose: Purpose,
  { realm, service }: BearerChallenge,
  credential: Credential | undefined,
): Request {
  const namedBy = endpointOf(purpose.repository.registry);
  const call = `GET token at ${realm.host}`;
  const problem = realmProblem(realm, namedBy);
  if (problem !== undefined) {
    throw new CallError(
      `${namedBy.host} requires a token from "${realm.origin}", which is not contacted: ${problem}`,
      {
        code: 'realm-refused',
        hint: 'the registry is misconfigured, or must not be trusted',
      },
    );
  }
  const parameters = { ...(service === undefined ? {} : { service }), scope: scopeOf(purpose) };
  const common = { call, limit: TOKEN_LIMIT, namedBy, holdsCredential: credential !== undefined };
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
  {
    token,
    ...common
  }: Pick<Request, 'call' | 'limit' | 'namedBy' | 'holdsCredential'> & { readonly token: string },
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
export function readToken({ body }: HttpResponse, asked: number, call: string): Token {
  const { token, access_token, expires_in = DEFAULT_LIFE } = parseToken(body);
  const value = [token, access_token].find(isToken);
  if (value === undefined)
    throw new CallError(`${call}: the answer contains no token`, { code: 'bad-answer' });
  return { value, until: asked + Math.max(expires_in - MARGIN, expires_in / 2) * 1000 };
}

function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[\x21-\x7e]+$/.test(value);
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

/** Why the token server gave no token; a login that it refused is named. */
export function tokenError(response: HttpResponse, { purpose, call, known }: TokenFailure): RegistryError {
  const { repository, actions } = purpose;
  const refused = [400, 401, 403].includes(response.status);
  return new RegistryError({
    response,
    call: refused && known ? `credentials refused by ${response.url.host}: ${call}` : call,
    repository,
    pushing: actions === 'pull,push',
    known,
  });
}
