import { UserError } from '../../../errors.ts';
import { secretProblem } from '../../../run/plan/argument-limit.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Job } from '../api/answers.ts';
import { LABEL, MANAGER, pullSecretName, secretName } from './names.ts';

/** What goes away with the Job: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
export function ownedBy(
  { metadata: { name, uid } }: { readonly metadata: Pick<Job['metadata'], 'name' | 'uid'> },
  run: RunPlan,
): object {
  return {
    labels: { [LABEL.manager]: MANAGER, [LABEL.run]: run.id },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }],
  };
}

/** The values of the secrets that a run names and the caller has; undefined: it names none. */
export function environmentSecret(
  run: RunPlan,
  job: Job,
  values: ReadonlyMap<string, string>,
): object | undefined {
  if (run.secrets.length === 0) return undefined;
  const data = run.secrets.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, base64(checked(name, value))] as const];
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: secretName(job.metadata.name), ...ownedBy(job, run) },
    data: Object.fromEntries(data),
  };
}

/** Told before an image is made, too; whoever starts a run otherwise is told here. */
function checked(name: string, value: string): string {
  const problem = secretProblem(name, value);
  if (problem === undefined) return value;
  throw UserError.of([problem]);
}

export interface PullLogin {
  /** As Docker's configuration names it. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/ */
export function pullSecret(run: RunPlan, job: Job, { server, username, password }: PullLogin): object {
  const auth = base64(`${username}:${password}`);
  const config = JSON.stringify({ auths: { [server]: { username, password, auth } } });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name: pullSecretName(job.metadata.name), ...ownedBy(job, run) },
    data: { '.dockerconfigjson': base64(config) },
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
