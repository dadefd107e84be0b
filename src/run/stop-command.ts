import type { Handle } from './run.ts';

/** What a person types to stop a run; its outputs are brought home. */
export function stopCommand({ run }: Pick<Handle, 'run'>): string {
  return `jobimg stop ${run}`;
}

/** The same where this command line may not be installed; its outputs stay in the container, for the next start. */
export function dockerStopCommand({ name, native }: Pick<Handle, 'name' | 'native'>): string {
  const context = native['context'] === undefined ? '' : ` --context ${native['context']}`;
  return `docker${context} stop ${name}`;
}
