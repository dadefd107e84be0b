/** What came, as far as a registry looks at it. */
export interface Arrival {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
  readonly authorization: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer that says no, in the words of a registry. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export function reply(
  status: number,
  headers: Record<string, string> = {},
  body: Buffer = Buffer.alloc(0),
): Reply {
  return { status, headers, body };
}

export function problem(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
  return reply(status, { 'content-type': 'application/json', ...headers }, body);
}

export function refused({ status, code, message }: Refusal): Reply {
  return problem(status, code, message);
}
