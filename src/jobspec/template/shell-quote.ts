import { UserError } from '../../errors.ts';

/** Characters that mean themselves wherever a word may stand: less than every shell takes literally. */
const BARE = /^[A-Za-z0-9_./@%+:][A-Za-z0-9_./@%+:-]*$/;

/** Words that the shell reads as grammar where a command begins. */
const RESERVED = new Set(
  'if then else elif fi do done case esac while until for in function select time coproc'.split(' '),
);

/** The value as (a part of) one shell word inside the given quotes. */
export function quoteFor(
  quote: 'none' | 'single' | 'double',
  value: string,
  isBeforeRedirect = false,
): string {
  if (value.includes('\0')) throw new UserError('a value with a NUL character cannot be in a command');
  if (quote === 'single') return value.replaceAll("'", String.raw`'\''`);
  if (quote === 'double') return value.replace(/[\\"$`]/g, String.raw`\$&`);
  const isBare = BARE.test(value) && !RESERVED.has(value) && !(isBeforeRedirect && /^\d+$/.test(value));
  return isBare ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
