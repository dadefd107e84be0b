import { UserError } from '../../errors.ts';

/** By this variable the operator of a machine says which contexts of a backend a spec may name. */
const VARIABLE = 'JOBIMG_ALLOW_CONTEXTS';

/**
 * The one rule for where a run is sent, whatever the backend: addresses, certificates and the programs that reach them
 * are the operator's, in a context of the backend's own client; a spec names one that the operator lists.
 */
export function allowedContext(
  name: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const allowed = (env[VARIABLE] ?? '').split(',').map((one) => one.trim());
  if (name === undefined || allowed.includes(name)) return name;
  throw new UserError(`this machine sends no job to the context "${name}"`, {
    code: 'context',
    hint: `the operator of the machine allows contexts with ${VARIABLE}=${name} in the environment of the runner`,
  });
}
