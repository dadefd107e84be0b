// The way to the API server, which a test can cut.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Cluster } from './cluster.ts';

export interface Proxy {
  /** The same cluster, as a client sees it that goes this way: also in the kubeconfigs of its namespaces. */
  readonly cluster: Cluster;
  /** Connections end, and new ones are refused, as without a server. */
  refuse(): Promise<void>;
  /** Connections stay and nothing comes through, as in a network that lost its way. */
  hold(): void;
  /** All is as before; what was held comes through. */
  mend(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startProxy(cluster: Cluster): Promise<Proxy> {
  const way = new Way(Number(new URL(cluster.server).port));
  const port = await way.open(0);
  return {
    cluster: { ...cluster, server: `https://127.0.0.1:${port}` },
    refuse: () => way.close(),
    hold: () => way.hold(true),
    async mend() {
      way.hold(false);
      await way.open(port);
    },
    [Symbol.asyncDispose]: () => way.close(),
  };
}

class Way {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;
  #isHeld = false;

  constructor(target: number) {
    this.#target = target;
  }

  async open(port: number): Promise<number> {
    this.#listener ??= await listen((client) => this.#accept(client), port);
    return portOf(this.#listener);
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = new Promise((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const socket of this.#sockets) isHeld ? socket.pause() : socket.resume();
  }

  #accept(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    this.#forward(client, server);
    this.#forward(server, client);
  }

  /** Not by `pipe`, which resumes what is held. */
  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#isHeld) from.pause();
  }
}

function listen(accept: (client: Socket) => void, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.');
  return address.port;
}
