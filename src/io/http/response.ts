/** What a request is answered, its body unread. */
export interface Response {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ResponseBody;
}

/** Each piece as it comes; whoever stops to read closes the connection. */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /** Closes the connection without reading. */
  discard(): void;
}

/** What is sent, and how long each part of it may take. */
export interface SendOptions {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
  /** Milliseconds. */
  readonly headersTimeout: number;
  /** Milliseconds between two pieces of the answer. */
  readonly bodyTimeout: number;
  readonly signal: AbortSignal;
}

/** Sends one request one way; follows nothing, inflates nothing. */
export type Send = (url: URL, options: SendOptions) => Promise<Response>;

/** A header that stands several times is one with several values. */
export function joinedHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const],
    ),
  );
}
