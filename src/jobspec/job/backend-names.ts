import { UserError } from '../../errors.ts';

/** Where jobs can run. `backends/types/table.ts` and `connect/backends.ts` do not compile without a row for each. */
export const BACKEND_NAMES = ['docker', 'kubernetes', 'slurm', 'command', 'github'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

export const DEFAULT_BACKEND: BackendName = 'docker';

/** Names that are planned, so that they are not taken for a mistake. */
export const LATER: readonly string[] = ['batch', 'dstack', 'hf'];

export function isBackendName(name: string): name is BackendName {
  return BACKEND_NAMES.some((known) => known === name);
}

/** The backend that a record names; what another release has written may name one that is not known here. */
export function recordedBackend(name: string): BackendName {
  if (isBackendName(name)) return name;
  throw new UserError(`it was started on the backend ${JSON.stringify(name)}, which is not known here`, {
    code: 'backend',
    hint: 'manage it with the release of jobimg that started it, or a newer one',
  });
}
