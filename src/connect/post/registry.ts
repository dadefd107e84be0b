import { readCaller } from '../../host/caller.ts';
import { readInputs } from '../../host/inputs/action.ts';
import { systemClock } from '../../io/clock.ts';
import { createExec, type Variables } from '../../io/process/exec.ts';
import { NEVER } from '../../never.ts';
import { readCheckout } from '../../source/checkout.ts';
import type { Registry } from '../../tools/registry.ts';
import { deferredRegistry } from '../registry/deferred-registry.ts';
import { connectCredentials, connectRegistry } from '../registry/registry.ts';

interface PostHost {
  info(line: string): void;
  /** Takes values that nothing may show. */
  mask(values: readonly string[]): void;
}

/** For what the main step could not push any more: the runner gives the post step the same inputs. */
export function connectPostRegistry(env: Variables, { info, mask }: PostHost): Registry {
  return deferredRegistry(async () => {
    const { inputs } = readInputs(onlyLogins(env));
    const caller = await readCaller(inputs, env, readCheckout(inputs.folder));
    const host = { info, cancelled: NEVER };
    const context = { inputs, env, caller, host, clock: systemClock, mask, exec: createExec(env['PATH']) };
    return connectRegistry({ ...context, credentials: () => connectCredentials(context) });
  });
}

const LOGINS: ReadonlySet<string> = new Set([
  'INPUT_REGISTRY-AUTH',
  'INPUT_GITHUB-TOKEN',
  'INPUT_WORKING-DIRECTORY',
]);

/** The steps whose post step this is have different inputs, and these in common. */
function onlyLogins(env: Variables): Variables {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('INPUT_') || LOGINS.has(name)),
  );
}
