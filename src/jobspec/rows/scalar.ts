import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { notThis } from '../values/quantity.ts';
import { Value, type ValueContent } from '../yaml/node.ts';

// A process reads one spec: compiling a parser for it would cost more than it saves.
// Its messages ask a value for the name of its constructor, which a file can make anything; findings have their own.
// What it reads is a tree, in which nothing leads back to what holds it: none of that is looked for.
z.config({
  jitless: true,
  localeError: () => 'this value is not allowed',
  memoizer: { attach: () => undefined, guard: () => undefined, alloc: (_schema, _payload, empty) => empty },
});

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
    .transform((input: string, context): T => {
      return typeof input === 'string' ? readOr(() => read(input), input, context) : notText(input, context);
    })
    .register(z.globalRegistry, { ...json });
}

/** A scalar that a reader of another format may give as the value that it is; `check` says what that may be. */
export function scalarOrValue<T>(
  read: (text: string) => T,
  check: (content: ValueContent) => T,
  json: JsonShape = ANY_SCALAR,
) {
  return z
    .transform((input: unknown, context): T => {
      if (input instanceof Value) return readOr(() => check(input.content), input, context);
      return typeof input === 'string' ? readOr(() => read(input), input, context) : notText(input, context);
    })
    .register(z.globalRegistry, { ...json });
}

function notText(input: unknown, context: z.core.$RefinementCtx): never {
  context.issues.push({ code: 'invalid_type', expected: 'string', input });
  return z.NEVER;
}

function readOr<T>(read: () => T, input: unknown, context: z.core.$RefinementCtx): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const hint = error.findings[0]?.hint;
    // A value is an object to zod, so what a union's mapping has against it must not outweigh this.
    const isValue = input instanceof Value;
    context.issues.push({
      code: 'custom',
      message: error.message,
      input,
      params: { hint },
      continue: isValue,
    });
    return z.NEVER;
  }
}

/** Text as it was written, for a shell or a program to read. */
export const text = scalar((written) => written);

export const flag = scalarOrValue(parseFlag, flagValue, { type: 'boolean' });

function parseFlag(written: string): boolean {
  if (/^(?:true|True|TRUE)$/.test(written)) return true;
  if (/^(?:false|False|FALSE)$/.test(written)) return false;
  throw new UserError(`"${written}" is neither true nor false`);
}

function flagValue(content: ValueContent): boolean {
  if (typeof content === 'boolean') return content;
  throw notThis('a flag', content);
}

/** A mapping from names to values. */
export function mapOf<K extends z.ZodType<string, string>, V extends z.ZodType>(key: K, value: V) {
  return z
    .record(key, value)
    .transform((record): Map<string, z.output<V>> => new Map(Object.entries(record)));
}
