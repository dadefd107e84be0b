import { BACKENDS } from '../../backends/types/table.ts';
import { recordedBackend } from '../../jobspec/job/backend-names.ts';
import type { Handle } from '../types/handle.ts';

/** What a person types to stop a run; its outputs are brought home. `defaults` is an option, with a blank before it. */
export function stopCommand({ run }: Pick<Handle, 'run'>, defaults = ''): string {
  return `jobimg stop ${run}${defaults}`;
}

/** The same where this command line may not be installed; its outputs stay where it ran, for the next start. */
export function stopCommandThere(handle: Handle): string {
  return BACKENDS[recordedBackend(handle.backend)].stopCommand(handle);
}
