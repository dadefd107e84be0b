import { askedOnce } from '../../asked-once.ts';
import { readText, refusal } from './answer.ts';
import type { EngineApi, EngineCall, EngineResponse } from './api.ts';
import { EngineError } from './error.ts';
import { type EngineHost, isHere, isPrivate } from './host.ts';
import { createOpener } from './request.ts';
import { type Connection, send } from './send.ts';

/** The newest version whose answers are known here; an older engine is spoken to in its own. */
const API_VERSION = '1.51';
const MAX_ANSWER = 32 * 1024 * 1024;
/** Of what answers a ping. */
const MAX_PING = 16 * 1024;

export function createEngine(host: EngineHost): EngineApi {
  const connection: Connection = { host, open: createOpener(host) };
  const version = askedOnce(() => negotiate(connection));

  async function call(request: EngineCall): Promise<EngineResponse> {
    const response = await send(connection, `/v${await version()}`, request);
    if (response.status >= 400) throw await refusal(response);
    return response;
  }

  async function dated(request: EngineCall): Promise<{ readonly value: unknown; readonly date: number }> {
    const { body, date } = await call(request);
    const text = await readText(body, MAX_ANSWER);
    return { value: text === '' ? undefined : (JSON.parse(text) as unknown), date };
  }

  const json = async (request: EngineCall): Promise<unknown> => (await dated(request)).value;
  return { url: host.url, isHere: isHere(host), isPrivate: isPrivate(host), version, call, dated, json };
}

async function negotiate(connection: Connection): Promise<string> {
  const { host } = connection;
  const response = await send(connection, '', { method: 'GET', path: '/_ping', timeout: 30_000 });
  if (response.status >= 400) throw await refusal(response);
  // The connection is then free for the next request.
  await readText(response.body, MAX_PING);
  const theirs = response.header('api-version');
  if (theirs === undefined || !/^\d+\.\d+$/.test(theirs)) {
    throw new EngineError(`what answers at ${host.url} is not a Docker engine`, undefined, {
      hint: `${host.source} says so: see where it points`,
    });
  }
  return isNewer(theirs, API_VERSION) ? API_VERSION : theirs;
}

function isNewer(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}
