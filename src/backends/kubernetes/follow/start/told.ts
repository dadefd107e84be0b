import { CallError } from '../../../../io/http/retry.ts';
import { isStatus } from '../../api/errors.ts';
import type { Cluster } from '../../job/cluster.ts';

/** What is only to be told, and is not insisted on; undefined: it may not be read, or nobody answers just now. */
export async function told(
  path: string,
  query: Readonly<Record<string, string>>,
  { api }: Cluster,
): Promise<unknown> {
  try {
    const { value } = await api.call({ method: 'GET', path, query, once: true });
    return value;
  } catch (error) {
    if (isStatus(error, 403, 404) || (error instanceof CallError && error.repeat !== undefined))
      return undefined;
    throw error;
  }
}
