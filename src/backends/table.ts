import { DOCKER_ROW } from './docker/row.ts';
import { KUBERNETES_ROW } from './kubernetes/row.ts';
import type { BackendName } from './names.ts';
import type { BackendRow } from './row.ts';

/** What is known of each backend; `connect/backends.ts` has what connects to it. */
export const BACKENDS: Readonly<Record<BackendName, BackendRow>> = {
  docker: DOCKER_ROW,
  kubernetes: KUBERNETES_ROW,
};
