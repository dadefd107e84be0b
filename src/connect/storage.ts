import { hostname } from 'node:os';
import { cancellableEngine } from '../io/engine/cancellable.ts';
import type { Storage } from '../tools/storage.ts';
import type { ConnectContext } from './context.ts';

export async function connectStorage({
  env,
  inputs,
  engine,
  host,
  temporary,
  caller,
}: ConnectContext): Promise<Storage> {
  const [{ createStorage }, { diskOf }, { startProcess }] = await Promise.all([
    import('../build/builder/storage.ts'),
    import('../io/fs/disk.ts'),
    import('../io/process/process.ts'),
  ]);
  return createStorage({
    env,
    temporary,
    engine: async () => cancellableEngine(await engine(), host.cancelled),
    builder: inputs.builder,
    rights: caller.rights,
    start: startProcess,
    // Nothing that needs a login is asked.
    credentials: async () => '{}',
    signal: host.cancelled,
    hostName: hostname(),
    diskOf,
  });
}
