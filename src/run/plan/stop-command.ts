import { BACKENDS } from '../../backends/types/table.ts';
import { recordedBackend } from '../../jobspec/job/backend-names.ts';
import type { Handle } from '../types/handle.ts';

/** What a person types to stop a run; its outputs are brought home. */
export function stopCommand({ run }: Pick<Handle, 'run'>): string {
  return `jobimg stop ${run}`;
}

/** The same where this command line may not be installed; its outputs stay where it ran, for the next start. */
export function stopCommandThere(handle: Handle): string {
  return BACKENDS[recordedBackend(handle.backend)].stopCommand(handle);
}
