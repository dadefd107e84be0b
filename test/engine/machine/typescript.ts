/** With these options Node runs a file of ours, as it is. */
export const TYPESCRIPT_OPTIONS: readonly string[] = [
  '--import',
  new URL('../../../scripts/typescript.mjs', import.meta.url).href,
];
