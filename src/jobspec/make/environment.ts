import type { Findings } from '../../findings.ts';
import type { JobFields } from '../fields/job.ts';
import type { SecretNeed } from '../job/job.ts';
import { holdsPassword, isRunnersOwn, looksSecret } from '../values/names.ts';
import { locationOf, type MapNode } from '../yaml/node.ts';

/** What is wrong with the variables of the run. */
export function checkEnvironment(
  fields: JobFields,
  root: MapNode,
  secrets: readonly SecretNeed[],
  findings: Findings,
): void {
  const declared = new Set(secrets.map(({ name }) => name));
  for (const [name, value] of fields.env ?? []) {
    const at = locationOf(root, ['env', name]);
    const secret = secretIn(name, value);
    if (declared.has(name)) {
      findings.error('env', `"${name}" is in "env" and in "secrets"`, { hint: 'remove one of them', at });
    } else if (value === null && isRunnersOwn(name)) {
      const message = `env.${name}: "${name}" belongs to the runner, and is never passed to a job`;
      findings.error('env', message, { hint: 'give the value another name in the "env:" of the step', at });
    } else if (secret !== undefined) {
      const hint = `write "secrets: [${name}]"`;
      findings.warning('secret-in-spec', `env.${name} ${secret}`, { hint, at });
    }
  }
}

/** What the value of a variable looks like, if everybody who reads the spec should not see it. */
function secretIn(name: string, value: string | null): string | undefined {
  if (value === null || value === '') return undefined;
  if (looksSecret(name)) return 'looks like a secret with its value in the spec';
  return holdsPassword(value) ? 'is an address with a password, which stands in the spec' : undefined;
}
