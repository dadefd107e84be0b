import type { LaunchFailure } from '../../../../run/reason.ts';

export type WaitState =
  | { readonly kind: 'queued' | 'pulling'; readonly detail: string }
  | { readonly kind: 'failed'; readonly failure: LaunchFailure };

export function queued(detail: string): WaitState {
  return { kind: 'queued', detail };
}
