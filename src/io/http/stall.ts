/** Watches over what is sent, until the answer begins. */
export interface Stall {
  readonly signal: AbortSignal;
  /** Something moved. */
  touch(): void;
  /** Everything was sent. */
  sent(): void;
  /** May be called twice. */
  end(): void;
}

interface StallLimits {
  /** Between two pieces of what is sent. */
  readonly idle: number;
  /** After the last one. */
  readonly answer: number;
}

/** No client has a limit for a server that stops reading: until the answer begins, something must move. */
export function stallGuard({ idle, answer }: StallLimits, outer: AbortSignal | undefined): Stall {
  const controller = new AbortController();
  const guard = (milliseconds: number): NodeJS.Timeout =>
    setTimeout(
      () => controller.abort(new DOMException('no byte was taken', 'TimeoutError')),
      milliseconds,
    ).unref();
  let timer = guard(idle * 2);
  const signal = outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]);
  return {
    signal,
    touch: () => void timer.refresh(),
    sent: () => {
      clearTimeout(timer);
      timer = guard(answer + idle);
    },
    end: () => clearTimeout(timer),
  };
}

/** The same bytes, each of which the guard is told of. */
export async function* touching(bytes: AsyncIterable<Uint8Array>, stall: Stall): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    stall.touch();
    yield chunk;
  }
  stall.sent();
}
