import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';

/** Linux takes no single argument and no single variable from 128 KiB up: MAX_ARG_STRLEN in execve(2). */
export const MAX_ARGUMENT = 128 * 1024 - 1;

/** Throws for every variable of a run that no process can be given, each at its place. */
export function checkVariables(env: ReadonlyMap<string, string>, job: Job): void {
  const findings = new Findings();
  for (const [name, value] of env) {
    const size = Buffer.byteLength(`${name}=${value}`);
    if (size > MAX_ARGUMENT) refuseLong(name, size, job, findings);
  }
  findings.throwIfErrors();
}

function refuseLong(name: string, size: number, { name: job, origins }: Job, findings: Findings): void {
  const message = `the variable "${name}" of the job ${job} has ${size} bytes, and Linux starts no program with one of more than ${MAX_ARGUMENT}`;
  findings.error('variable-too-long', message, {
    hint: 'put it into a file of the repository, or into an input',
    at: origins.get(`env.${name}`) ?? origins.get(name === 'JOBIMG_PARAMS' ? 'params' : 'env'),
  });
}

/** Why a secret cannot be a variable of the job. */
export function secretProblem(name: string, value: string): Finding | undefined {
  const size = Buffer.byteLength(`${name}=${value}`);
  if (size <= MAX_ARGUMENT && !value.includes('\0')) return undefined;
  const why =
    size > MAX_ARGUMENT
      ? `has ${size} bytes, and a variable may have at most ${MAX_ARGUMENT}`
      : 'contains a NUL byte';
  return {
    level: 'error',
    code: 'secret',
    message: `the secret "${name}" ${why}`,
    hint: 'keep it where the job can fetch it, and give the job a short key to it',
  };
}
