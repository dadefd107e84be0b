import type { BackendName } from '../../jobspec/job/backend-names.ts';
import { COMMAND_ROW } from './command.ts';
import { DOCKER_ROW } from './docker.ts';
import { GITHUB_ROW } from './github.ts';
import { KUBERNETES_ROW } from './kubernetes.ts';
import type { BackendRow } from './row.ts';
import { SLURM_ROW } from './slurm.ts';

/** What is known of each backend; `connect/backends.ts` has what connects to it. */
export const BACKENDS: Readonly<Record<BackendName, BackendRow>> = {
  docker: DOCKER_ROW,
  kubernetes: KUBERNETES_ROW,
  slurm: SLURM_ROW,
  command: COMMAND_ROW,
  github: GITHUB_ROW,
};
