import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { SpecFile } from '../../jobspec/file/spec-file.ts';
import type { BackendChoice, Job } from '../../jobspec/job/job.ts';
import { readSpec } from '../../jobspec/read-spec.ts';
import { selectWithFindings } from '../../jobspec/select-jobs.ts';
import { canonicalJson } from '../../oci/canonical.ts';
import type { Tools } from '../../tools/tools.ts';
import { readDefaults, readJobs } from '../plan/read-jobs.ts';

/** A job that says nothing of where it runs. */
const ANYWHERE: SpecFile = { path: 'jobimg.yml', text: 'run: "true"\n', format: 'jobimg' };

/**
 * The places that are asked for runs: the one that the caller names, as a spec would; else those of the spec, where there
 * is one; else what the operator's defaults say.
 */
export async function backendsAsked(
  backend: string | undefined,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly BackendChoice[]> {
  const { rights } = tools.caller;
  if (!rights.run) throw new UserError(`no run is looked for: ${rights.why}`, { code: 'untrusted' });
  const jobs = backend === undefined ? await jobsOfSpec(inputs, tools) : undefined;
  const choices = (jobs ?? (await jobAnywhere(backend, inputs, tools))).map((job) => job.backend);
  return [...new Map(choices.map((choice) => [keyOf(choice), choice])).values()];
}

/** What differs in nothing else than how a pod is made is one place. */
function keyOf({ name, options: { namespace = null, context = null } }: BackendChoice): string {
  return canonicalJson({ name, namespace: String(namespace), context: String(context) });
}

/** undefined: there is no spec. */
async function jobsOfSpec(inputs: Inputs, tools: Tools): Promise<readonly Job[] | undefined> {
  try {
    const { jobs } = await readJobs({ ...inputs, until: 'plan', job: { kind: 'all' } }, tools);
    return jobs;
  } catch (error) {
    const isAbsent = error instanceof UserError && error.findings.some(({ code }) => code === 'no-spec');
    if (isAbsent && inputs.spec.length === 0) return undefined;
    throw error;
  }
}

async function jobAnywhere(
  backend: string | undefined,
  { defaults }: Inputs,
  tools: Tools,
): Promise<readonly Job[]> {
  const { jobs } = selectWithFindings(await readSpec(ANYWHERE), {
    job: undefined,
    params: new Map(),
    overrides: new Map(backend === undefined ? [] : [['backend', backend]]),
    defaults: defaults === undefined ? undefined : await readDefaults(defaults, tools),
    repositoryName: tools.caller.repositoryName,
  });
  return jobs;
}
