import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { systemClock } from '../../io/clock.ts';
import { workspaceFolder } from '../../io/fs/folders.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import type { SlurmSite } from '../../jobspec/job/sites.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { LookedAtRun } from '../../run/types/written-run.ts';
import type { Backend } from '../../tools/backend.ts';
import type { BackendConnection, LeftRunCaller } from '../backend-connection.ts';
import type { ConnectContext } from '../context.ts';
import { gatherInputs } from '../input-files.ts';
import { passwordLogin } from '../registry/registry.ts';
import { readSites, sitesFor } from './sites.ts';

async function connect(
  _choice: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  context: ConnectContext,
): Promise<Backend> {
  const { clock, env, host, inputs } = context;
  const { slurm } = await readSites(inputs.defaults, inputs.folder);
  const { createSlurmBackend, shell, settings } = await load(slurm, env);
  return createSlurmBackend({
    shell,
    settings,
    clock,
    secrets,
    inputs: (files) => gatherInputs(files, context),
    pullLogin: (repository) => passwordLogin(repository, 'which the nodes of a cluster do not take', context),
    allowedMounts: env['JOBIMG_ALLOW_MOUNTS'],
    progress: host.info,
  });
}

/** Which names secrets may have depends on the cluster, and nothing here tells of that of another machine. */
async function refuse(
  asked: LookedAtRun,
  { inputs }: Pick<ConnectContext, 'inputs'>,
  findings: Findings,
): Promise<void> {
  const { refuseRun, refuseSecretNames } = await import('../../backends/slurm/refusals.ts');
  refuseRun(asked, findings);
  const { slurm } = await sitesFor(asked, inputs);
  if (slurm !== undefined) refuseSecretNames(asked, slurm, findings);
}

/** Without a word of the operator: the commands of this machine, and its Docker. */
const HERE: SlurmSite = { container: 'docker', setup: [] };

async function load(site: SlurmSite | undefined, env: Variables) {
  const [{ createSlurmBackend }, { createShell }, { parseSshAddress }] = await Promise.all([
    import('../../backends/slurm/backend.ts'),
    import('../../backends/slurm/shell.ts'),
    import('../../io/ssh/address.ts'),
  ]);
  const settings = site ?? HERE;
  const { host } = settings;
  return {
    createSlurmBackend,
    settings,
    shell: createShell(host === undefined ? undefined : parseSshAddress(host), env),
  };
}

async function reconnect({ native }: Handle, { env, defaults, host }: LeftRunCaller): Promise<Backend> {
  const checkout = workspaceFolder(env);
  const { slurm } = await readSites(defaults, checkout);
  const { createSlurmBackend, shell, settings } = await load(slurm, env);
  if (native['where'] !== shell.where)
    throw new UserError(
      `it was started on the cluster at ${native['where']}, and the one here is ${shell.where}`,
      {
        code: 'slurm',
        hint: 'name the defaults file whose "slurm" leads there with JOBIMG_DEFAULTS',
      },
    );
  return createSlurmBackend({
    shell,
    settings,
    clock: systemClock,
    secrets: new Map(),
    pullLogin: async () => undefined,
    progress: host.info,
  });
}

export const SLURM_CONNECTION: BackendConnection = {
  connect,
  refuse,
  reconnect,
  isHere: async () => false,
  openTerminal: undefined,
};
