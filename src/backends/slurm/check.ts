import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { readAnswer } from './answers.ts';
import { sharedMounts } from './data/mounts.ts';
import { refuseRun, refuseSecretNames } from './refusals.ts';
import { clientScript } from './script/ask.ts';
import type { Site } from './site.ts';

/** Throws for what a cluster of Slurm cannot do, before anybody waits for an image. */
export async function checkRun(run: RunPlan, site: Site): Promise<void> {
  const findings = new Findings();
  const written = { run, origins: new Map() };
  refuseRun(written, findings);
  refuseSecretNames(written, site.settings, findings);
  findings.throwIfErrors();
  await findClient(site);
  await sharedMounts(run, site);
}

async function findClient({ settings, shell }: Site): Promise<void> {
  const { answer } = readAnswer(await shell.run(clientScript(settings)));
  if (answer.get('client') !== '') return;
  const where = shell.where === 'local' ? 'this machine' : shell.where;
  throw problem(
    `${where} has no commands of Slurm: sbatch was not found`,
    'name the login node in the defaults file of the machine (slurm: { host: ssh://… }), or load its module with "setup"',
  );
}

function problem(message: string, hint: string): UserError {
  return new UserError(message, { code: 'slurm', hint });
}
