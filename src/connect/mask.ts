import { isHideable } from '../log/mask/forms.ts';
import type { ConnectContext, ConnectOptions } from './context.ts';

/** Tells everybody who shows or keeps something which values to hide, and the user which cannot be hidden. */
export function createMask({
  host,
  masker,
}: Pick<ConnectOptions, 'host' | 'masker'>): ConnectContext['mask'] {
  const told = new Set<string>();
  return (values, what) => {
    const given = values.filter((value) => value !== '');
    masker.add(given);
    host.mask(given.filter(isHideable));
    if (given.every(isHideable) || told.has(what)) return;
    told.add(what);
    host.finding({
      level: 'warning',
      code: 'short-secret',
      message: `${what} is shorter than 4 characters, and is not hidden in logs`,
      hint: 'give it a longer value: one this short would mask ordinary text, and is easy to guess',
    });
  };
}

/** Hides the values of secrets, which have their names. */
export function maskSecrets(
  secrets: Iterable<readonly [name: string, value: string]>,
  { mask }: Pick<ConnectContext, 'mask'>,
): void {
  for (const [name, value] of secrets) mask([value], `the secret "${name}"`);
}
