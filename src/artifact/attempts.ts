import { type ClientError, uploadFailureOf } from '../run/artifact/upload-failure.ts';

/** Milliseconds before an upload that the network cut off is tried again; the client itself repeats what servers fail at. */
const PAUSES: readonly number[] = [2_000, 8_000];

export interface Attempts<T> {
  upload(name: string): Promise<T>;
  sleep(milliseconds: number): Promise<unknown>;
}

/**
 * The first name that is free. A name can be taken by our own request, whose answer was lost: then the next one is, for
 * half an artifact cannot be written on.
 */
export async function tryNames<T>(
  names: readonly string[],
  attempts: Attempts<T>,
  pauses: readonly number[] = PAUSES,
): Promise<T> {
  const [name = '', ...others] = names;
  const [pause, ...later] = pauses;
  try {
    return await attempts.upload(name);
  } catch (error) {
    const { kind } = uploadFailureOf(clientError(error));
    if (kind === 'taken' && others.length > 0) return await tryNames(others, attempts, pauses);
    if (kind !== 'network' || pause === undefined) throw error;
    await attempts.sleep(pause);
    return await tryNames(names, attempts, later);
  }
}

export function clientError(error: unknown): ClientError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  return { name: error.name, message: error.message, status };
}
