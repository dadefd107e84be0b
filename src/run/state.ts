/** `queued`: it waits for capacity, and starts by itself. `created`: it was not started, and nothing will start it. */
export type RunState = 'absent' | 'created' | 'queued' | 'running' | 'ended';

/** Whether a run goes on by itself, whoever follows it. */
export function isLive({ state }: { readonly state: RunState }): boolean {
  return state === 'queued' || state === 'running';
}
