/** What becomes of a job that asks for a GPU, before it is started. */
export const PREFLIGHTS = ['error', 'warn', 'off', 'smoke-test'] as const;
export type Preflight = (typeof PREFLIGHTS)[number];
