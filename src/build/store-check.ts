import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../io/errno.ts';
import type { Environment } from '../io/exec.ts';

/** What is read of `GET /info`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
interface EngineInfo {
  readonly DriverStatus?: readonly (readonly [string, string])[];
}

/** Whether an engine keeps images in its old store, where an export loses its options without a word. */
export function hasClassicStore(info: unknown): boolean {
  const { DriverStatus } = info as EngineInfo;
  if (DriverStatus === undefined) return false;
  return !DriverStatus.some(([name, value]) => name === 'driver-type' && value.startsWith('io.containerd.'));
}

/** Whether buildx would build in the Docker engine itself: no builder was named, and none was chosen by `buildx use`. */
export async function usesEngineBuilder(builder: string | undefined, env: Environment): Promise<boolean> {
  if (builder !== undefined) return builder === 'default';
  if (env['BUILDX_BUILDER']) return env['BUILDX_BUILDER'] === 'default';
  try {
    const current: { readonly Name?: string } = JSON.parse(
      await readFile(join(env['BUILDX_CONFIG'] ?? '', 'current'), 'utf8'),
    );
    return !current.Name || current.Name === 'default';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    return false; // Whatever that file says, it is buildx that must read it.
  }
}
