import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { freePort } from '../../../engine/machine/port.ts';

export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server process of somebody else's on loopback, up when this returns. */
export async function startServer(programOn: (port: number) => Program): Promise<Server> {
  const port = await freePort();
  const { file, args, env } = programOn(port);
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${said}`);
  }
  return {
    port,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => setImmediate(() => resolve(false)));
  });
}
