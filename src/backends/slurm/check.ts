import { UserError } from '../../errors.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import { checkMountPlaces } from '../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { readAnswer } from './answers.ts';
import { checkInputs } from './data/inputs.ts';
import { sharedMounts } from './data/mounts.ts';
import { clientScript } from './script/ask.ts';
import { CONTAINER_PROGRAMS } from './script/container/tools.ts';
import type { Site } from './site.ts';

/** Throws for what a cluster of Slurm cannot do, before anybody waits for an image. */
export async function checkRun(run: RunPlan, site: Site): Promise<void> {
  refuseMountedCode(run);
  checkInputs(run);
  refuseSecretNames(run, site);
  await findClient(site);
  checkMountPlaces(
    run,
    run.workdir,
    run.caches?.map(({ path }) => path),
  );
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

function refuseMountedCode({ mount }: RunPlan): void {
  if (mount === undefined) return;
  throw problem('the nodes of the cluster see no files of this machine', CODE_ELSEWHERE);
}

function refuseSecretNames({ secrets }: RunPlan, { settings: { container } }: Site): void {
  const { refused } = CONTAINER_PROGRAMS[container];
  const name = secrets.find((one) => refused?.names.test(one));
  if (refused === undefined || name === undefined) return;
  throw problem(refused.why(name), 'give it another name, and set the variable in "run"');
}
