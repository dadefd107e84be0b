/** How an image came about, in words. */
export const MADE = {
  given: 'used as it is',
  found: 'reused',
  pushed: 'code layer pushed',
  built: 'built',
} as const;
