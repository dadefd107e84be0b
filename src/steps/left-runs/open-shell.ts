import { BACKENDS } from '../../backends/types/table.ts';
import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { idOf } from '../../oci/canonical.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Result } from '../../tools/result.ts';
import type { Tools } from '../../tools/tools.ts';
import { bindRuns, placesOfJobs } from '../runs/bind-runs.ts';
import { secretsOf } from '../runs/start-run.ts';

/** Keeps a container alive that has nothing to do; it ends by the signal that ends every run. */
const IDLE = ['tail', '-f', '/dev/null'] as const;

function hintFor({ backend: { name, options } }: RunPlan): string {
  const { shellCommand } = BACKENDS[name];
  if (shellCommand === undefined) return 'write another "backend", such as --override backend=docker';
  const named = ['context', 'namespace'].filter((one) => options[one] !== undefined);
  const native = Object.fromEntries(named.map((one) => [one, String(options[one])]));
  const command = shellCommand({ name: 'jobimg-<run>', native });
  return `start the job with "jobimg run", and type beside it, with the run that "jobimg ps" shows: ${command}`;
}

/**
 * The job's container with everything it would have, but for its command, and a shell of the user in it. What is left
 * of it is removed afterwards. The shell's exit code.
 */
export async function openShell(result: Result, inputs: Inputs, tools: Tools): Promise<number> {
  const { rights } = tools.caller;
  if (!rights.run) throw new UserError(`no shell is opened: ${rights.why}`, { code: 'untrusted' });
  const { here } = await placesOfJobs(result.plan, { ...inputs, here: true }, tools);
  const [plan, ...others] = bindRuns(result, here, tools);
  if (plan === undefined || others.length > 0) {
    const hint = plan?.leg === undefined ? 'choose it with --job' : 'choose its combination with --param';
    throw new UserError('a shell is opened in one job', { kind: 'usage', hint });
  }
  const open = await tools.terminal(plan.backend.name);
  if (open === undefined) {
    const hint = hintFor(plan);
    throw new UserError(`no shell is opened on the backend "${plan.backend.name}"`, { kind: 'usage', hint });
  }
  const run: RunPlan = {
    ...plan,
    // It does nothing of the job's, and no start of the job may go on with it.
    hash: idOf({ shell: plan.hash }),
    command: { kind: 'arguments', words: IDLE },
  };
  const { host, runs } = tools;
  const backend = await tools.backend(run.backend, secretsOf(run, tools));
  const intent = backend.intentOf(run);

  await runs.remember(run, intent);
  let handle = intent;
  try {
    handle = await backend.submit(run, intent, host.cancelled);
    return await open(handle);
  } finally {
    await backend.cancel(handle, 0);
    await runs.forget(handle);
  }
}
