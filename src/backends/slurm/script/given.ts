import type { SlurmOptions } from '../../types/slurm-options.ts';

const GIVEN = ['partition', 'account', 'qos', 'reservation', 'constraint'] as const;

/** Where a job goes, as its spec says. */
export function givenWords(options: SlurmOptions): readonly string[] {
  return GIVEN.flatMap((key) => (options[key] === undefined ? [] : [`--${key}=${options[key]}`]));
}
