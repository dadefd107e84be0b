import { readFileSync } from 'node:fs';
import { type ClientRequest, get } from 'node:http';
import { get as getTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { command } from '../../../scripts/engine/command.mjs';

const ANSWER_TIMEOUT_MS = 5000;

export function answersHttp(port: number, path: string): Promise<boolean> {
  return isOk(get({ host: '127.0.0.1', port, path, timeout: ANSWER_TIMEOUT_MS }));
}

export function answersTls(port: number, path: string, pki: string): Promise<boolean> {
  const read = (name: string): Buffer => readFileSync(join(pki, name));
  const login = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') };
  return isOk(getTls({ host: '127.0.0.1', port, path, timeout: ANSWER_TIMEOUT_MS, ...login }));
}

function isOk(request: ClientRequest): Promise<boolean> {
  return new Promise((resolve) => {
    request.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_TIMEOUT_MS });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on('connect', () => end(true));
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
  });
}

export async function answersContainerd(socket: string, path: string): Promise<boolean> {
  const env = { ...process.env, PATH: path };
  const { code } = await command('ctr', ['--address', socket, 'version'], { env, allowFailure: true });
  return code === 0;
}
