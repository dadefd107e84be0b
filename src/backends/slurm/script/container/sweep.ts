import type { SlurmSite } from '../../../../jobspec/job/sites.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import { SlurmOptions } from '../../../types/slurm-options.ts';
import { givenWords } from '../given.ts';

/** Minutes; an engine that is asked to remove a container may be busy. */
const LIMIT = 5;

/** A job that removes the container which another one has left on its node: only the engine there can. */
export function sweepScript(run: RunPlan, { container, setup }: SlurmSite): string {
  const words = [
    '--job-name=jobimg-sweep',
    '--no-requeue',
    '--ntasks=1',
    `--time=${LIMIT}`,
    ...givenWords(SlurmOptions.parse(run.backend.options)),
  ];
  return [
    '#!/bin/sh',
    ...words.map((word) => `#SBATCH ${word}`),
    ...setup,
    `${container} rm --force --volumes "$JOBIMG_CONTAINER"`,
  ].join('\n');
}

/**
 * A container of an engine outlives a job that was killed. A script that came to its end has taken its own away, and with
 * it the file that names the node and the container.
 */
export const SWEEP = `for f in "$d/container" "$d"/node-*/container; do
  [ -s "$f" ] || continue
  read -r on c <"$f"
  JOBIMG_CONTAINER=$c sbatch --nodelist="$on" \${i:+--dependency=afterany:$i} --output=/dev/null "$d/sweep.sh" >/dev/null
done`;
