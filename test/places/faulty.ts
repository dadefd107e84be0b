import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request; `lost`: the server does what it asks for, and the answer is gone. */
export type Fault = 'lost' | 'cut' | 'slow' | 429 | 500;

/** A way to a server on which answers get lost. */
export interface Faulty {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** The next requests whose path has this in it meet these, one after the other. */
  meets(path: string, ...faults: readonly Fault[]): void;
  /** How many requests had a fault. */
  readonly met: () => number;
  stop(): Promise<void>;
}

const SLOW_MS = 5_000;
const ERRORS = {
  429: { type: 'TooManyRequestsException', message: 'Rate exceeded' },
  500: { type: 'ServerException', message: 'the test has broken it' },
} as const;

export async function startFaulty(host: string): Promise<Faulty> {
  const plans: { readonly path: string; readonly faults: Fault[] }[] = [];
  let met = 0;
  const faultOf = (path: string): Fault | undefined => {
    const fault = plans.find((plan) => path.includes(plan.path) && plan.faults.length > 0)?.faults.shift();
    if (fault !== undefined) met += 1;
    return fault;
  };
  const server = createServer((asked, answer) => void pass(host, asked, answer, faultOf(asked.url ?? '')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    meets: (path, ...faults) => void plans.push({ path, faults: [...faults] }),
    met: () => met,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(
  host: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  const body = Buffer.concat(await asked.toArray());
  if (fault === 429 || fault === 500) return refuse(answer, fault);
  const { headers, method, url } = asked;
  const forwarded = send(`http://${host}${url}`, { method, headers });
  forwarded.end(body);
  try {
    const [reply] = (await once(forwarded, 'response')) as [IncomingMessage];
    const whole = Buffer.concat(await reply.toArray());
    if (fault === 'lost') return void asked.socket.destroy();
    if (fault === 'slow') await sleep(SLOW_MS);
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    if (fault !== 'cut') return void answer.end(whole);
    answer.write(whole.subarray(0, whole.length / 2), () => asked.socket.destroy());
  } catch {
    asked.socket.destroy();
  }
}

function refuse(answer: ServerResponse, status: 429 | 500): void {
  const { message, type } = ERRORS[status];
  answer.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  answer.end(JSON.stringify({ __type: type, message }));
}
