import type { Clock } from '../io/clock.ts';
import type { HttpResponse, Request } from '../io/http/fetch.ts';
import { LONG_PATIENCE, retrying } from '../io/http/retry.ts';
import type { Repository } from '../oci/types.ts';
import { type AuthOptions, Authorizer } from './login/auth.ts';
import type { Actions, Purpose } from './login/token.ts';
import { endpointOf, urlOf } from './protocol/endpoint.ts';
import { RegistryError } from './protocol/errors.ts';

export interface ConnectionOptions extends AuthOptions {
  readonly signal?: AbortSignal | undefined;
}

/** One call of the distribution spec. */
export interface Call {
  readonly method: Request['method'];
  readonly repository: Repository;
  /** What it is about, for errors and the log: `manifest acme/train:env-…`. */
  readonly subject: string;
  /** The path after the repository's name, or a place that the registry gave. */
  readonly to: string | URL;
  readonly actions: Actions;
  /** Statuses that are answers; every other one is thrown. */
  readonly expect: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Request['body'];
  readonly limit?: number;
  /** As a `Request` has it. */
  readonly stream?: boolean;
}

/** Calls to registries, each in the name of the one it is for. */
export interface Connection {
  readonly clock: Clock;
  once(call: Call): Promise<HttpResponse>;
  /** Whether a push to the repository was allowed before. */
  mayPush(repository: Repository): boolean;
  /** Logs in, before the first call needs it. */
  prepare(repository: Repository, actions: Actions): Promise<void>;
  repeated(call: Call): Promise<HttpResponse>;
  /** Repeats several calls as one: for long where something is pushed, and would be lost. */
  retrying<T>(purpose: Purpose, attempt: () => Promise<T>): Promise<T>;
}

const SMALL_ANSWER = 64 * 1024;

export function createConnection(options: ConnectionOptions): Connection {
  const { fetch, clock, log, signal } = options;
  const authorizer = new Authorizer(options);
  const pushable = new Set<string>();

  function mayPush(repository: Repository): boolean {
    return pushable.has(keyOf(repository));
  }

  /** A token for pushing reads as well, also before there is something to read. */
  function actionsFor(actions: Actions, repository: Repository): Actions {
    return actions === 'pull' && mayPush(repository) ? 'pull,push' : actions;
  }

  async function once(call: Call): Promise<HttpResponse> {
    const { repository } = call;
    const request = requestOf(call);
    const { response, known } = isForeign(request)
      ? { response: await fetch(request), known: false }
      : await authorizer.send(request, { repository, actions: actionsFor(call.actions, repository) });
    const pushing = call.actions !== 'pull';
    if (!call.expect.includes(response.status))
      throw new RegistryError({ response, call: request.call, repository, pushing, known });
    if (call.method === 'POST' || call.method === 'PUT') pushable.add(keyOf(repository));
    return response;
  }

  function retry<T>({ repository, actions }: Purpose, attempt: () => Promise<T>): Promise<T> {
    const patience = actionsFor(actions, repository) === 'pull' ? undefined : LONG_PATIENCE;
    return retrying({ patience, clock, log, signal }, attempt);
  }

  return {
    clock,
    once,
    mayPush,
    prepare: (repository, actions) =>
      authorizer.prepare({ repository, actions: actionsFor(actions, repository) }),
    repeated: (call) => retry(call, () => once(call)),
    retrying: retry,
  };
}

function keyOf({ registry, path }: Repository): string {
  return `${registry}/${path}`;
}

export function nameOf({
  method,
  subject,
  repository,
}: Pick<Call, 'method' | 'subject' | 'repository'>): string {
  return `${method} ${subject} at ${repository.registry}`;
}

function requestOf(call: Call): Request {
  const { method, repository, to, headers = {}, body, limit = SMALL_ANSWER, stream } = call;
  const url = typeof to === 'string' ? urlOf(repository, to) : to;
  const namedBy = endpointOf(repository.registry);
  return { method, url, headers, body, limit, stream, call: nameOf(call), namedBy };
}

/** A place at another origin that the registry gave: nothing that is meant for the registry goes there. */
function isForeign({ url, namedBy }: Request): boolean {
  return url.origin !== namedBy?.origin;
}
