import type { WebSocket } from 'ws';
import { CallError } from '../../../io/http/retry.ts';

const STDIN = 0;
/** Says that a stream has ended, which the protocols before the fifth cannot: https://kubernetes.io/blog/2024/08/20/websockets-transition/ */
const CLOSE = 255;
const CLOSING = 'v5.channel.k8s.io';
/** Bytes of a message. */
const PIECE = 64 * 1024;

/** Sends all bytes, no faster than they are taken, and then that there are no more. */
export async function sendStdin(
  socket: WebSocket,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<void> {
  if (socket.protocol !== CLOSING)
    throw new CallError(`${name}: the cluster cannot be told where its input ends`, {
      code: 'kubernetes',
      hint: 'use Kubernetes 1.30 or newer, or mount a claim in place of "inputs"',
    });
  for await (const chunk of bytes) {
    for (let start = 0; start < chunk.length; start += PIECE)
      await send(socket, Buffer.concat([Buffer.from([STDIN]), chunk.subarray(start, start + PIECE)]));
  }
  await send(socket, Buffer.from([CLOSE, STDIN]));
}

function send(socket: WebSocket, frame: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(frame, (error) => {
      if (error == null) resolve();
      else reject(error);
    });
  });
}
