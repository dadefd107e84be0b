import { UserError } from '../../errors.ts';
import type { Range } from '../job/resources.ts';
import type { ValueContent } from '../yaml/node.ts';

/**
 * GB counts in thousands and GiB in 1024s, as the IEC has it and as GPUs are sold: a card sold as 24 GB passes
 * `24GB`. A bare G is refused, for Docker reads it as GiB and Kubernetes as GB.
 */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
  ['ki', 2 ** 10],
  ['mi', 2 ** 20],
  ['gi', 2 ** 30],
  ['ti', 2 ** 40],
]);

const SIZE = /^(\d{1,12}(?:\.\d{1,6})?)\s?([A-Za-z]{0,3})$/;
const SIZE_HINT = 'write a number and a unit: 512MB, 24GB, 16GiB';

/** Bytes. */
export function parseSize(text: string): number {
  const [, digits, unit] = SIZE.exec(text) ?? [];
  const factor = UNITS.get((unit ?? '').toLowerCase());
  if (digits === undefined || unit === undefined)
    throw new UserError(`"${text}" is not a size`, { hint: SIZE_HINT });
  if (factor === undefined) throw unitError(text, unit);
  const bytes = Math.round(Number(digits) * factor);
  if (bytes <= 0) throw new UserError(`"${text}" is no space at all`, { hint: SIZE_HINT });
  return bytes;
}

/** The same of a number of bytes. */
export function checkSize(bytes: number): number {
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new UserError(bytes > 0 ? `${bytes} bytes are not a size` : `${bytes} bytes are no space at all`, {
    hint: 'write a number above 0',
  });
}

function unitError(text: string, unit: string): UserError {
  if (unit === '')
    return new UserError(`the size "${text}" has no unit`, { hint: `write ${text}GB or ${text}MB` });
  const isShort = /^[kmgt]$/i.test(unit);
  const hint = isShort
    ? `write ${unit.toUpperCase()}B (1000s) or ${unit.toUpperCase()}iB (1024s)`
    : SIZE_HINT;
  return new UserError(`"${unit}" in "${text}" is not a unit of size`, { hint });
}

const PRINTED = [
  ['TB', 1e12],
  ['TiB', 2 ** 40],
  ['GB', 1e9],
  ['GiB', 2 ** 30],
  ['MB', 1e6],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** The largest unit that leaves a whole number, so that the spec would read the same bytes again. */
export function printSize(bytes: number): string {
  const unit = PRINTED.find(([, factor]) => bytes > 0 && bytes % factor === 0);
  return unit === undefined ? `${bytes / 1e3}KB` : `${bytes / unit[1]}${unit[0]}`;
}

/** `a..b`, `a..`, `..b`, or one value that `single` makes a range of. */
export function parseRange(text: string, parse: (text: string) => number, single: 'exact' | 'min'): Range {
  const dots = text.indexOf('..');
  if (dots < 0) {
    const value = parse(text);
    return single === 'exact' ? { min: value, max: value } : { min: value };
  }
  const [from, to] = [text.slice(0, dots).trim(), text.slice(dots + 2).trim()];
  if (from === '' && to === '')
    throw new UserError(`"${text}" has no end`, { hint: 'write a..b, a.. or ..b' });
  const range = {
    ...(from === '' ? {} : { min: parse(withUnitOf(from, to)) }),
    ...(to === '' ? {} : { max: parse(to) }),
  };
  if ((range.min ?? 0) <= (range.max ?? Infinity)) return range;
  throw new UserError(`"${text}" begins above its end`, { hint: `write ${to}..${from}` });
}

/** As the spec writes it: one value, `a..b`, `a..` or `..b`. */
export function printRange(
  range: Range | undefined,
  print: (value: number) => string = String,
): string | undefined {
  if (range === undefined) return undefined;
  const { min, max } = range;
  if (min !== undefined && min === max) return print(min);
  return `${min === undefined ? '' : print(min)}..${max === undefined ? '' : print(max)}`;
}

/** The same of two numbers, each of which `check` takes or refuses. */
export function checkRange(content: ValueContent, check: (value: number) => number): Range {
  if (typeof content !== 'object' || 'registry' in content) throw notThis('a range', content);
  const { min, max } = content;
  const range = {
    ...(min === undefined ? {} : { min: check(min) }),
    ...(max === undefined ? {} : { max: check(max) }),
  };
  if ((range.min ?? 0) <= (range.max ?? Infinity)) return range;
  throw new UserError('it begins above its end', { hint: 'swap the two' });
}

export function numberIn(content: ValueContent): number {
  if (typeof content === 'number') return content;
  throw notThis('a number', content);
}

/** Readers of formats make values, and no file does: another kind than the field's is our own mistake. */
export function notThis(what: string, content: ValueContent): TypeError {
  return new TypeError(`${JSON.stringify(content)} is not ${what}`);
}

/** In `24..80GB` the unit stands once, for both. */
function withUnitOf(from: string, to: string): string {
  const unit = /^[\d.]+$/.test(from) ? (/[A-Za-z]+$/.exec(to)?.[0] ?? '') : '';
  return from + unit;
}

export function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UserError(`"${text}" is not a whole number`);
  return Number(text);
}

/** CPUs may be parts: `0.5`. */
export function parseCpu(text: string): number {
  return checkCpu(/^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0, text);
}

export function checkCpu(value: number, shown = String(value)): number {
  if (value > 0 && value < MOST_CPUS) return value;
  throw new UserError(`"${shown}" is not a number of CPUs`, { hint: 'write a number: 4, 0.5, 4..8' });
}

const MOST_CPUS = 100_000;

const DURATION = /^(?:(\d{1,5})d)?\s?(?:(\d{1,6})h)?\s?(?:(\d{1,8})m(?:in)?)?\s?(?:(\d{1,9})s)?$/;
const LONGEST = 366 * 86_400;

/** Seconds: `2h`, `90m`, `1h30m`, `1d`, `45s`, or a number of seconds. */
export function parseDuration(text: string): number {
  const [, days, hours, minutes, seconds] = DURATION.exec(/^\d+$/.test(text) ? `${text}s` : text) ?? [];
  const parts = [days, hours, minutes, seconds];
  if (parts.every((part) => part === undefined)) {
    throw new UserError(`"${text}" is not a duration`, { hint: 'write 2h, 90m, 1h30m, 1d or seconds' });
  }
  const [d, h, m, s] = parts.map((part) => Number(part ?? 0));
  const total = (d ?? 0) * 86_400 + (h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0);
  if (total > LONGEST)
    throw new UserError(`"${text}" is longer than a year`, { hint: 'write 2h, 90m or 1d' });
  return total;
}

/** The same of a whole number of seconds. */
export function checkLimit(seconds: number): number {
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST) return seconds;
  throw new UserError(`${seconds} seconds are not a time limit`, { hint: 'write 2h, 90m or 1d' });
}

/** A duration that is more than nothing. */
export function parseLimit(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === 0)
    throw new UserError(`"${text}" is no time at all`, { hint: 'write 2h, 90m, 1h30m or 1d' });
  return seconds;
}
