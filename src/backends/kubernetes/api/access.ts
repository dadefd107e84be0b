import type { RequestOptions } from 'node:http';

/** How one user of one cluster is let in: TLS, agent and headers of a request, as Node takes them. */
export type Credentials = Pick<RequestOptions, 'agent' | 'auth' | 'headers'>;

/** A way to an API server. */
export interface Access {
  readonly server: string;
  /** Name of the context of the kubeconfig; undefined: there is none, as inside of a cluster. */
  readonly context: string | undefined;
  /** Of that context. */
  readonly namespace: string | undefined;
  /** Who said so, for messages. */
  readonly source: string;
  credentials(asking?: Asking): Promise<Credentials>;
}

export interface Asking {
  /** Those that the server has just answered with 401. */
  readonly refused?: Credentials | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}
