import posix from 'node:path/posix';
import { type Failure, failureText, warning } from '../../io/outputs/path.ts';
import { quoteFor } from '../../jobspec/template/shell-quote.ts';
import type { Collected } from '../../tools/backend.ts';
import type { Cluster, Target } from './job/cluster.ts';
import { OUTPUTS } from './job/names.ts';
import { KEEP, tarCommand } from './job/scripts.ts';

/** Where outputs are that could not be fetched. */
export interface KeepFacts {
  readonly target: Target;
  readonly folder: string;
  readonly cluster: Cluster;
}

/** The pod stays with what is nowhere else, and whoever reads the result learns how to get it in time. */
export function keepPod(
  collected: Collected,
  failures: readonly Failure[],
  { pod, ...keeping }: KeepFacts & { readonly pod: string },
): Collected {
  const { target } = keeping;
  const copies = [...new Set(failures.map(({ path }) => path))].map((path) =>
    copyCommand(path, pod, keeping),
  );
  const kubectl = kubectlOf(keeping);
  const commands = [...copies, `${kubectl} delete job ${target.name}`];
  const message = `${failureText(failures)}. The pod "${pod}" keeps it for ${KEEP / 60} minutes after the end of the job`;
  return {
    ...collected,
    kept: { name: target.name, commands },
    findings: [...collected.findings, warning(message, `fetch it: ${commands.join(' && ')}`)],
  };
}

/** Of two pods of one Job, which is deleted last. */
export function keptTogether(one: Collected['kept'], other: Collected['kept']): Collected['kept'] {
  if (one === undefined || other === undefined) return one ?? other;
  return { ...one, commands: [...one.commands.slice(0, -1), ...other.commands] };
}

function copyCommand(path: string, pod: string, keeping: KeepFacts): string {
  const to = quoteFor('none', posix.join(keeping.folder, 'kept', posix.dirname(path)));
  const words = tarCommand(path).map((word) => quoteFor('none', word));
  const exec = `${kubectlOf(keeping)} exec ${pod} --container ${OUTPUTS} -- ${words.join(' ')}`;
  return `mkdir -p ${to} && ${exec} | tar -xf - -C ${to}`;
}

function kubectlOf({ cluster, target: { namespace } }: KeepFacts): string {
  const { context } = cluster.api.access;
  const named = context === undefined ? '' : ` --context ${quoteFor('none', context)}`;
  return `kubectl${named} --namespace ${namespace}`;
}
