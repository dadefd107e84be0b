import type { ServerResponse } from 'node:http';
import posix from 'node:path/posix';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { type FakeFile, readFiles, writeFiles } from '../engine-archive.ts';
import { type RunningPod, stopMain } from './kubelet.ts';

interface LogOptions {
  readonly follow: boolean;
  /** Lines after which the stream ends, with nothing said; undefined: none. */
  readonly most: number | undefined;
  /** A time in whole seconds, from which on lines are sent. */
  readonly since: string;
}

/** A log as the kubelet sends it: its timestamps have nanoseconds, and it is asked for by the second. */
export async function sendLog(
  running: RunningPod,
  { follow, most = Number.POSITIVE_INFINITY, since }: LogOptions,
  response: ServerResponse,
): Promise<void> {
  const from = Date.parse(since) || 0;
  let sent = 0;
  for (let next = 0; !response.destroyed && sent < most; ) {
    const lines = running.log.slice(next, next + 500);
    next += lines.length;
    const wanted = lines.filter(({ time }) => Date.parse(time) >= from).slice(0, most - sent);
    sent += wanted.length;
    const bytes = wanted.flatMap(({ time, text }) => [Buffer.from(`${time} `), text, Buffer.from('\n')]);
    response.write(Buffer.concat(bytes));
    const isRead = next >= running.log.length;
    if (isRead && (running.isOver || !follow)) break;
    if (isRead) await Promise.race([running.ended, sleep(5)]);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

const STDOUT = 1;
const STATUS = 3;
const WORKDIR = '/workspace';

interface Execution {
  readonly command: readonly string[];
  /** Whether the connection goes away in the middle of what it says. */
  readonly isBroken: boolean;
}

/** What the two commands do that are run in the container that keeps the outputs. */
export async function execute(
  socket: WebSocket,
  running: RunningPod | undefined,
  { command, isBroken }: Execution,
): Promise<void> {
  const say = (channel: number, bytes: Uint8Array): void =>
    socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  const end = (exitCode: number): void => {
    const causes = [{ reason: 'ExitCode', message: String(exitCode) }];
    const failure = { status: 'Failure', details: { causes } };
    say(STATUS, Buffer.from(JSON.stringify(exitCode === 0 ? { status: 'Success' } : failure)));
    socket.close();
  };
  if (running === undefined) return end(1);
  if (command[2]?.includes('/stop.new')) {
    stopMain(running, Number(command.at(-1)), 'stopped');
    return end(0);
  }
  const [folder = '.', base = ''] = command.slice(-2);
  const from = running.pod.metadata.annotations?.['jobimg.dev/outputs-from'] ?? WORKDIR;
  const tar = writeFiles(running.files, posix.join(from, folder, base));
  if (tar === undefined) return end(44);
  for await (const chunk of tar) {
    say(STDOUT, chunk as Buffer);
    if (isBroken) return socket.close();
  }
  end(0);
}

const CLOSE = 255;

/** What the container that takes the inputs does with what is sent to it. */
export async function take(
  socket: WebSocket,
  start: (files: ReadonlyMap<string, FakeFile>) => void,
  isBroken: boolean,
): Promise<void> {
  const tar = new PassThrough();
  socket.on('message', (data: Buffer) => {
    if (isBroken) return socket.close();
    if (data[0] === CLOSE) tar.end();
    else tar.write(data.subarray(1));
  });
  const files = new Map<string, FakeFile>();
  for await (const [name, file] of readFiles(tar)) files.set(name, file);
  socket.send(Buffer.concat([Buffer.from([STATUS]), Buffer.from(JSON.stringify({ status: 'Success' }))]));
  socket.close();
  start(files);
}
