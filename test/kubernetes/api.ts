// The API of a cluster, for tests: JSON over HTTPS, and a wait that ends with the event it is for.
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';

const WATCH_SECONDS = 300;

export interface Api {
  readonly cluster: Cluster;
  readonly token: string;
}

export interface KubernetesObject {
  readonly metadata: { readonly name: string; readonly uid: string };
}

export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function apiOf(cluster: Cluster, user: keyof Cluster['tokens'] = 'admin'): Api {
  return { cluster, token: cluster.tokens[user] };
}

export async function getObject<T>(api: Api, path: string): Promise<T> {
  return JSON.parse(await call(api, 'GET', path)) as T;
}

export async function createObject<T>(api: Api, path: string, object: object): Promise<T> {
  return JSON.parse(await call(api, 'POST', path, object)) as T;
}

export async function deleteObject(api: Api, path: string): Promise<void> {
  await call(api, 'DELETE', path);
}

/** A list is a JSON patch (RFC 6902), an object a merge patch (RFC 7386). */
export async function patchObject(api: Api, path: string, patch: object): Promise<void> {
  const type = Array.isArray(patch) ? 'application/json-patch+json' : 'application/merge-patch+json';
  await call(api, 'PATCH', path, patch, type);
}

/** What is no JSON: a log. */
export function getText(api: Api, path: string): Promise<string> {
  return call(api, 'GET', path);
}

/** The first object of the list that is as it should be, now or later. */
export async function untilSeen<T>(
  api: Api,
  path: string,
  isAsked: (object: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for await (const { type, object } of eventsOf<T>(api, path, signal)) {
    if (type !== 'DELETED' && isAsked(object)) return object;
  }
  throw new Error(`The watch of ${path} ended.`);
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** What is there is told as added, and then each change. The server ends a watch from time to time, and all is told again. */
export async function* eventsOf<T>(
  api: Api,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  const separator = path.includes('?') ? '&' : '?';
  const watched = `${path}${separator}watch=1&timeoutSeconds=${WATCH_SECONDS}`;
  for (;;) {
    const answer = await send(api, 'GET', watched, signal);
    for await (const line of linesOf(answer)) {
      const event = JSON.parse(line) as WatchEvent<T> | { readonly type: 'ERROR'; readonly object: unknown };
      if (event.type === 'ERROR') break;
      yield event;
    }
    signal.throwIfAborted();
  }
}

/** The connection is closed when nobody asks for more. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${text}${chunk}`.split('\n');
    text = lines.pop() ?? '';
    yield* lines;
  }
}

async function call(api: Api, method: string, path: string, body?: object, type?: string): Promise<string> {
  const answer = await send(api, method, path, undefined, body, type);
  return textOf(answer);
}

async function send(
  api: Api,
  method: string,
  path: string,
  signal?: AbortSignal,
  body?: object,
  type = 'application/json',
): Promise<IncomingMessage> {
  for (;;) {
    const answer = await ask(api, method, path, signal, body, type);
    const status = answer.statusCode ?? 0;
    if (status < 400) return answer;
    const text = await textOf(answer);
    const seconds = answer.headers['retry-after'];
    // It asks for a moment, as with a kind that is new.
    if (status !== 429 || seconds === undefined) {
      throw new ApiError(status, `${method} ${path}: ${status} ${text}`);
    }
    await sleep(Number(seconds) * 1000, undefined, signal && { signal });
  }
}

function ask(
  { cluster, token }: Api,
  method: string,
  path: string,
  signal: AbortSignal | undefined,
  body: object | undefined,
  type: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      // A connection kept from before would tell of an end that it missed.
      agent: false as const,
      ca: cluster.ca,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(signal && { signal }),
    };
    const sent = request(`${cluster.server}${path}`, options, resolve);
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}
