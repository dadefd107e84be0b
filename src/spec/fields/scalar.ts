import * as z from 'zod';
import { UserError } from '../../errors.ts';

// A process reads one spec: compiling a parser for it would cost more than it saves.
// Its messages ask a value for the name of its constructor, which a file can make anything; findings have their own.
z.config({ jitless: true, localeError: () => 'this value is not allowed' });

/** How a value looks in the JSON schema that editors read; YAML's own types come in as their text. */
export interface JsonShape {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

const ANY_SCALAR: JsonShape = { type: ['string', 'number', 'boolean'] };
export const STRING: JsonShape = { type: 'string' };
export const NUMBER_OR_STRING: JsonShape = { type: ['number', 'string'] };
export const INTEGER_OR_STRING: JsonShape = { type: ['integer', 'string'] };

/** A scalar that `read` takes from its text; a UserError of `read` becomes a problem at its place. */
export function scalar<T>(read: (text: string) => T, json: JsonShape = ANY_SCALAR) {
  return z
    .string()
    .transform((text, context): T => {
      try {
        return read(text);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const hint = error.findings[0]?.hint;
        context.issues.push({ code: 'custom', message: error.message, input: text, params: { hint } });
        return z.NEVER;
      }
    })
    .meta({ ...json });
}

/** Text as it was written, for a shell or a program to read. */
export const text = scalar((written) => written);

export const flag = scalar(
  (written) => {
    if (/^(?:true|True|TRUE)$/.test(written)) return true;
    if (/^(?:false|False|FALSE)$/.test(written)) return false;
    throw new UserError(`"${written}" is neither true nor false`);
  },
  { type: 'boolean' },
);

/** A mapping from names to values. */
export function mapOf<K extends z.ZodType<string, string>, V extends z.ZodType>(key: K, value: V) {
  return z
    .record(key, value)
    .transform((record): Map<string, z.output<V>> => new Map(Object.entries(record)));
}
