import { UserError } from '../../errors.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import { checkMountPlaces } from '../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { readAnswer } from './answers.ts';
import { checkInputs } from './data/inputs.ts';
import { sharedMounts } from './data/mounts.ts';
import { clientScript } from './script/ask.ts';
import { outputsOf } from './script/job.ts';
import type { Site } from './site.ts';

/** Throws for what a cluster of Slurm cannot do, before anybody waits for an image. */
export async function checkRun(run: RunPlan, site: Site): Promise<void> {
  refuseMountedCode(run);
  checkInputs(run);
  refuseOutputs(run, site);
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

/** There a container leaves nothing but what is in folders of the run. */
function refuseOutputs(run: RunPlan, { settings }: Site): void {
  if (settings.container !== 'apptainer') return;
  const file = outputsOf(run).find(({ isFolder, path }) => !isFolder && run.outputs.includes(path));
  if (file === undefined) return;
  throw problem(
    `the output "${file.path}" is a file, and of a container of apptainer only folders come back`,
    'write files into a folder, and name the folder, as in "outputs: [outputs/]"',
  );
}

/** The client of an engine reads these itself, so a value for the job would lead it elsewhere. */
const OF_THE_CLIENT = /^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/;

function refuseSecretNames({ secrets }: RunPlan, { settings }: Site): void {
  const name = secrets.find((one) => OF_THE_CLIENT.test(one));
  if (name === undefined || settings.container === 'apptainer') return;
  throw problem(
    `a secret called "${name}" would change the client of the engine on the node`,
    'give it another name, and set the variable in "run"',
  );
}
