import type { Findings } from '../../findings.ts';
import type { SlurmSite } from '../../jobspec/job/sites.ts';
import { refuseMountedCode } from '../../run/mounts/local-data.ts';
import { checkMountPlaces } from '../../run/mounts/mount-places.ts';
import { type WrittenRun, whereWritten } from '../../run/types/written-run.ts';
import { refuseInputs } from './data/inputs.ts';
import { CONTAINER_PROGRAMS } from './script/container/tools.ts';

/** Refuses what no cluster of Slurm can do, and needs no cluster to be asked. */
export function refuseRun(written: WrittenRun, findings: Findings): void {
  const { run } = written;
  const message = 'the nodes of the cluster see no files of this machine';
  refuseMountedCode(written, { code: 'slurm', message }, findings);
  refuseInputs(written, findings);
  const kept = run.caches?.map(({ path }) => path);
  findings.attempt(whereWritten(written, 'mounts'), () => checkMountPlaces(run, run.workdir, kept));
}

/** Refuses secrets that what runs containers on this cluster would take for its own. */
export function refuseSecretNames(
  written: WrittenRun,
  { container }: Pick<SlurmSite, 'container'>,
  findings: Findings,
): void {
  const { refused } = CONTAINER_PROGRAMS[container];
  if (refused === undefined) return;
  for (const name of written.run.secrets.filter((one) => refused.names.test(one)))
    findings.error('slurm', refused.why(name), {
      hint: 'give it another name, and set the variable in "run"',
      at: whereWritten(written, `secrets.${name}`, 'secrets'),
    });
}
