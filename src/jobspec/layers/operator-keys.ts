/** Keys of the defaults file that no spec may have: they are an operator's to decide. */
export const OPERATOR_KEYS = [
  'mirrors',
  'base-registry',
  'data',
  'slurm',
  'commands',
  'github',
  'allow-untrusted',
  'require-provenance',
] as const;

export type OperatorKey = (typeof OPERATOR_KEYS)[number];

export function isOperatorKey(key: string): key is OperatorKey {
  return OPERATOR_KEYS.some((own) => own === key);
}
