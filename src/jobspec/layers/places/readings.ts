import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import type { Reading } from '../../job/sites.ts';
import { STRING, scalar } from '../../rows/scalar.ts';

export const Pattern = scalar(parsePattern, STRING);
/** A path of keys in JSON. */
export const Path = z.string().transform(pathOf);

/** How a value is read from what a program prints. */
export const ReadingOf = z
  .union([
    z.literal('exit-code').transform((): Reading => ({ kind: 'exit-code' })),
    z.strictObject({ json: Path }).transform(({ json }): Reading => ({ kind: 'json', path: json })),
    z.strictObject({ pattern: Pattern }).transform(({ pattern }): Reading => ({ kind: 'pattern', pattern })),
  ])
  .optional();

/** None: all of it. */
export function pathOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('.');
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'mu');
  } catch (error) {
    throw new UserError(`the pattern "${text}" is not a regular expression`, {
      code: 'defaults',
      hint: 'write one with a group for the value, as in "id=(\\\\S+)"',
      cause: error,
    });
  }
}
