import type { Clock } from '../io/clock.ts';
import type { Answer, Fetch, Request } from '../io/fetch.ts';
import { retrying } from '../io/retry.ts';
import type { Repository } from '../oci/types.ts';
import { type Actions, Authorizer } from './auth.ts';
import type { FindCredential } from './credentials.ts';
import { endpointOf, urlOf } from './endpoint.ts';
import { RegistryError } from './errors.ts';

export interface ConnectionOptions {
  readonly fetch: Fetch;
  readonly credentials: FindCredential;
  readonly clock: Clock;
  /** One line per retry. */
  readonly log: (line: string) => void;
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
  once(call: Call): Promise<Answer>;
  /** Logs in for reading, before the first call needs it. */
  prepare(repository: Repository): Promise<void>;
  repeated(call: Call): Promise<Answer>;
  /** Repeats several calls as one, until a time by the clock. */
  retrying<T>(until: number | undefined, attempt: () => Promise<T>): Promise<T>;
}

const SMALL_ANSWER = 64 * 1024;

export function createConnection(options: ConnectionOptions): Connection {
  const { fetch, clock, log, signal } = options;
  const authorizer = new Authorizer(options);

  async function once(call: Call): Promise<Answer> {
    const request = requestOf(call);
    const { answer, known } = isForeign(request)
      ? { answer: await fetch(request), known: false }
      : await authorizer.send(request, call);
    if (call.expect.includes(answer.status)) return answer;
    const pushing = call.actions === 'pull,push';
    throw new RegistryError({ answer, call: request.call, repository: call.repository, pushing, known });
  }

  function retry<T>(until: number | undefined, attempt: () => Promise<T>): Promise<T> {
    return retrying({ until, clock, log, signal }, attempt);
  }

  return {
    clock,
    once,
    prepare: (repository) => authorizer.prepare({ repository, actions: 'pull' }),
    repeated: (call) => retry(undefined, () => once(call)),
    retrying: retry,
  };
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
