import { UserError } from '../../../../errors.ts';
import { ALL } from '../../../values/names.ts';

export function parseName(written: string): string {
  if (written.trim() !== '' && written.length <= 200) return written;
  throw new UserError('a name is empty, or longer than 200 characters');
}

const LONGEST = 55;

/** The name of a job for a step of this name: what a tag may begin with. */
export function slugOf(name: string, taken: (slug: string) => boolean): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, LONGEST);
  const slug = plain === '' || plain === ALL ? `step${plain === '' ? '' : `-${plain}`}` : plain;
  if (!taken(slug)) return slug;
  for (let count = 2; ; count += 1) if (!taken(`${slug}-${count}`)) return `${slug}-${count}`;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const DURATION = /^(?:\s*\d{1,9}(?:\.\d{1,6})?\s*[smhdw][a-z]{0,8}[\s,]*){1,8}$/i;
const LONGEST_LIMIT = 60;
const YEAR = 366 * 86_400;

/** Seconds of `300`, `1h 30m 5s` or `1.5 days`: the first letter of a unit tells which it is. */
export function parseLimit(written: string): number {
  const total = /^\d{1,9}$/.test(written) ? Number(written) : sumOf(written);
  if (total > 0 && total <= YEAR) return Math.ceil(total);
  throw new UserError(`"${written}" is not a time limit`, {
    hint: 'write seconds, or "1h 30m 5s" with s, m, h, d or w; at most a year',
  });
}

function sumOf(written: string): number {
  if (written.length > LONGEST_LIMIT || !DURATION.test(written)) return 0;
  let total = 0;
  for (const [, value, unit] of written.matchAll(/([\d.]+)\s*([a-z])[a-z]*/gi))
    total += Number(value) * (SECONDS[(unit ?? '').toLowerCase()] ?? 0);
  return total;
}
