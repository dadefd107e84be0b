import * as z from 'zod';
import { UserError } from '../../../../errors.ts';
import { scalar, text } from '../../../rows/scalar.ts';
import { parseName } from './words.ts';

/** Fields that many items have. Scalars come in as their text; the nodes know what they are in Python. */
export const name = scalar(parseName);
export const number = scalar(parseNumber);
export const anything = z.unknown();
export const texts = z.array(text);
export const textOrTexts = z.union([text, texts]);
export const enumOf = <const W extends readonly [string, ...string[]]>(...words: W) => z.enum(words);

function parseNumber(written: string): number {
  const value = /^[-+.\d_eE]+$/.test(written) ? Number(written.replaceAll('_', '')) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UserError(`"${written}" is not a number`);
}
