/** A signal that does not come, for what takes one and is not to be stopped. */
export const NEVER: AbortSignal = new AbortController().signal;
