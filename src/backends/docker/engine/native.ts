import { UserError } from '../../../errors.ts';
import type { Handle } from '../../../run/types/handle.ts';
import { Info } from './answers.ts';
import { ask, type Docker } from './docker.ts';

/**
 * What a handle says of the engine. Its address is no name: the same path leads to another engine on each machine, and
 * machines may share a folder of records.
 */
export function nativeOf({ context, engine, machine }: Docker): Handle['native'] {
  return {
    engine: engine.url,
    ...(context === undefined ? {} : { context }),
    ...(machine === undefined ? {} : { machine }),
  };
}

/** Refuses a run that the engine of another machine has: what this one does not know is not gone. */
export async function checkMachine({ native }: Handle, docker: Docker): Promise<void> {
  const there = native['machine'];
  if (there === undefined) return;
  const { Name } = await ask(docker, { method: 'GET', path: '/info', timeout: TIMEOUT }, Info);
  if (Name === there) return;
  const here = Name === undefined ? 'does not tell its machine' : `is of "${Name}"`;
  throw new UserError(`it was started on the engine of the machine "${there}", and the one here ${here}`, {
    code: 'engine',
    hint: `manage it on "${there}"`,
  });
}

/** Milliseconds: nobody waits long for an engine that may be gone for good. */
const TIMEOUT = 20_000;
