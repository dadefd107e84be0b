import type { Readable } from 'node:stream';

/** One request to the Docker Engine API: https://docs.docker.com/reference/api/engine/ */
export interface EngineCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version: `/containers/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent as it comes, as a tar. */
  readonly upload?: AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer begins; 0: as long as it takes, for calls that wait. */
  readonly timeout?: number;
}

export interface EngineResponse {
  readonly status: number;
  header(name: string): string | undefined;
  readonly date: number;
  /** Ends the connection when it is not read to its end. */
  readonly body: Readable;
}

export interface EngineApi {
  readonly url: string;
  /** Whether its containers get the CPUs, GPUs and disks of this machine. */
  readonly isHere: boolean;
  /** Whether nobody between can read what is sent: a credential or a secret goes to no other. */
  readonly isPrivate: boolean;
  /** Throws an `EngineError` for a status from 400 up. */
  call(call: EngineCall): Promise<EngineResponse>;
  /** The whole answer; undefined when it is empty. */
  json(call: EngineCall): Promise<unknown>;
  /** The same with the engine's own time: milliseconds since 1970, to the second. */
  dated(call: EngineCall): Promise<{ readonly value: unknown; readonly date: number }>;
  /** The version of the API that both sides know. */
  version(): Promise<string>;
}
