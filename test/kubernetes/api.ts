// The API of a cluster, for tests: JSON over HTTPS, and a wait that ends with the event it is for.
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
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

/** A JSON patch (RFC 6902). */
export async function patchObject(api: Api, path: string, operations: readonly object[]): Promise<void> {
  await call(api, 'PATCH', path, operations, 'application/json-patch+json');
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
  for (;;) {
    const found = await watch(api, path, isAsked, signal);
    if (found !== undefined) return found;
  }
}

/** Undefined when the server ended the watch, as it does from time to time. */
async function watch<T>(
  api: Api,
  path: string,
  isAsked: (object: T) => boolean,
  signal: AbortSignal,
): Promise<T | undefined> {
  const separator = path.includes('?') ? '&' : '?';
  const answer = await send(api, 'GET', `${path}${separator}watch=1&timeoutSeconds=${WATCH_SECONDS}`, signal);
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = `${text}${chunk}`.split('\n');
    text = lines.pop() ?? '';
    const events = lines.map((line) => JSON.parse(line) as { readonly type: string; readonly object: T });
    const event = events.find(
      ({ type, object }) => type !== 'ERROR' && type !== 'DELETED' && isAsked(object),
    );
    if (event) return event.object;
  }
  return undefined;
}

async function call(api: Api, method: string, path: string, body?: object, type?: string): Promise<string> {
  const answer = await send(api, method, path, undefined, body, type);
  return textOf(answer);
}

async function send(
  { cluster, token }: Api,
  method: string,
  path: string,
  signal?: AbortSignal,
  body?: object,
  type = 'application/json',
): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      method,
      ca: cluster.ca,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(signal && { signal }),
    };
    const sent = request(`${cluster.server}${path}`, options, resolve);
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
  const status = answer.statusCode ?? 0;
  if (status >= 400) throw new ApiError(status, `${method} ${path}: ${status} ${await textOf(answer)}`);
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}
