import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { networkError } from '../../../io/http/network-error.ts';
import { CallError } from '../../../io/http/retry.ts';
import type { Credentials } from './access.ts';
import { withProxyWords } from './auth/proxy.ts';
import { type Api, addressOf } from './client.ts';
import { ApiError, isStatus } from './errors.ts';
import type { Outages } from './outages.ts';
import { sendStdin } from './stdin.ts';

export interface ExecCall {
  /** Of the pod: `/api/v1/namespaces/ml/pods/jobimg-a-xyz`. */
  readonly path: string;
  readonly container: string;
  readonly command: readonly string[];
  /** What the command reads; undefined: it gets nothing to read. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** When it comes the connection is cut. */
  readonly signal?: AbortSignal | undefined;
}

export interface Execution {
  /** undefined: it goes on, and has written something. */
  readonly exitCode: number | undefined;
  /** Ends with an error where the command, or the connection, did not come to its end. */
  readonly stdout: Readable;
}

/** Both number the streams, and tell the exit code: https://kubernetes.io/blog/2024/08/20/websockets-transition/ */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const TIMEOUT = 30_000;
const MOST_SAID = 2_000;

const Status = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

/** Runs a command in a container that runs; comes back when it has ended, or has something to say. */
export async function exec(call: ExecCall, api: Api): Promise<Execution> {
  const { signal } = call;
  const given = await api.access.credentials({ signal });
  try {
    return await execAs(given, call, api);
  } catch (error) {
    if (!isStatus(error, 401)) throw error;
    // A token may just have expired; nothing of the input was read.
    return await execAs(await api.access.credentials({ refused: given, signal }), call, api);
  }
}

async function execAs(
  { headers = {}, agent, auth }: Credentials,
  call: ExecCall,
  { access, outages }: Api,
): Promise<Execution> {
  const url = addressOf(access.server.replace(/^http/, 'ws'), { path: `${call.path}/exec` });
  url.searchParams.set('container', call.container);
  if (call.stdin !== undefined) url.searchParams.set('stdin', 'true');
  url.searchParams.set('stdout', 'true');
  url.searchParams.set('stderr', 'true');
  for (const word of call.command) url.searchParams.append('command', word);
  const socket = new WebSocket(url, PROTOCOLS, {
    headers: headers as Record<string, string>,
    ...(agent === undefined || typeof agent === 'boolean' ? {} : { agent }),
    ...(auth === undefined || auth === null ? {} : { auth }),
    handshakeTimeout: TIMEOUT,
    maxPayload: 64 * 1024 * 1024,
  });
  return await new Promise<Execution>((resolve, reject) =>
    listen(socket, { call, outages, resolve, reject }),
  );
}

interface Listening {
  readonly call: ExecCall;
  readonly outages: Outages;
  resolve(execution: Execution): void;
  reject(error: unknown): void;
}

function listen(socket: WebSocket, { call, outages, resolve, reject }: Listening): void {
  const stdout = new PassThrough();
  const name = `exec in ${call.path.split('/').at(-1)}`;
  let said = '';
  let isOver = false;

  function fail(error: unknown): void {
    isOver = true;
    reject(error);
    stdout.destroy(error instanceof Error ? error : new Error(String(error)));
    socket.terminate();
  }

  function end(exitCode: number): void {
    isOver = true;
    resolve({ exitCode, stdout });
    if (exitCode === 0) stdout.end();
    else
      stdout.destroy(
        new CallError(`${name}: it ended with ${exitCode}: ${said.trim() || 'it said nothing'}`),
      );
    socket.close();
  }

  function take(bytes: Buffer): void {
    resolve({ exitCode: undefined, stdout });
    // What came before the pause is still handed over, and one wait is enough for all of it.
    if (stdout.write(bytes) || socket.isPaused) return;
    socket.pause();
    stdout.once('drain', () => socket.resume());
  }

  if (call.stdin !== undefined) {
    const { stdin } = call;
    // A connection that is closed says itself why.
    const failOpen = (error: unknown): void => {
      if (socket.readyState === WebSocket.OPEN) fail(error);
    };
    socket.once('open', () => void sendStdin(socket, stdin, name).catch(failOpen));
  }
  onAbort(call.signal, stdout, fail);
  // Whoever stops to read wants no more of it.
  stdout.once('close', () => socket.terminate());
  stdout.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const [channel, bytes] = [data[0], data.subarray(1)];
    if (channel === STDOUT && bytes.length > 0) take(bytes);
    if (channel === STDERR) said = (said + bytes.toString('utf8')).slice(0, MOST_SAID);
    if (channel === STATUS) {
      try {
        settle(bytes.toString('utf8'), name, { end, fail });
      } catch (cause) {
        fail(new CallError(`${name}: its end cannot be read`, { code: 'kubernetes', cause }));
      }
    }
  });
  socket.on('unexpected-response', (_, response) => void refused(response, name, outages).then(fail, fail));
  socket.on('error', (error) => fail(outages.failure(networkError(withProxyWords(error), name))));
  socket.on('close', () => {
    if (!isOver)
      fail(new CallError(`${name}: the connection was closed`, { code: 'unreachable', repeat: {} }));
  });
}

function onAbort(signal: AbortSignal | undefined, stdout: Readable, fail: (error: unknown) => void): void {
  if (signal === undefined) return;
  const abort = (): void => fail(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  stdout.once('close', () => signal.removeEventListener('abort', abort));
}

interface Ends {
  end(exitCode: number): void;
  fail(error: unknown): void;
}

function settle(written: string, name: string, { end, fail }: Ends): void {
  const { status, message, details } = Status.parse(JSON.parse(written));
  if (status === 'Success') {
    end(0);
    return;
  }
  const cause = details?.causes?.find(({ reason }) => reason === 'ExitCode');
  const exitCode = Number(cause?.message);
  if (cause !== undefined && Number.isInteger(exitCode)) end(exitCode);
  else fail(new CallError(`${name}: ${message ?? 'it could not be started'}`, { code: 'kubernetes' }));
}

/** A kubelet that is away is told by the server with a status of its own. */
async function refused(response: IncomingMessage, name: string, outages: Outages): Promise<ApiError> {
  const { statusCode = 0 } = response;
  const isBusy = statusCode === 429 || statusCode >= 500;
  return new ApiError(name, statusCode, await text(response), isBusy ? {} : outages.repeatOf(statusCode));
}
