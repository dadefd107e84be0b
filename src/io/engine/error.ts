import { UserError } from '../../errors.ts';
import { errnoOf } from '../errno.ts';
import { SshFailure } from '../ssh/failure.ts';
import { engineHint } from './hint.ts';
import type { EngineHost } from './host.ts';

/** The engine refused or could not be asked; `status` is undefined when there was no answer. */
export class EngineError extends UserError {
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { kind: 'unavailable', code: 'engine', ...options });
    this.status = status;
  }
}

/** `error` as it is where it is not of the connection. */
export function unreachable(error: unknown, host: EngineHost): unknown {
  if (error instanceof SshFailure) {
    const { hint, message } = error;
    return new EngineError(
      `no Docker engine is reached at ${host.url} (${host.source}): ${message}`,
      undefined,
      {
        cause: error,
        hint,
      },
    );
  }
  const code = errnoOf(error);
  if (error instanceof UserError || code === undefined) return error;
  const hint = engineHint(code);
  const message = `no Docker engine answers at ${host.url} (${host.source}): ${code}`;
  return new EngineError(message, undefined, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

export function timedOut(host: EngineHost, timeout: number): EngineError {
  return new EngineError(
    `the Docker engine at ${host.url} did not answer within ${timeout / 1000} s`,
    undefined,
  );
}
