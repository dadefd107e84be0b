import * as z from 'zod';

/**
 * A key of the spec. Its parser, the JSON schema, its default, its lines of `explain` and of docs/spec.md all come from
 * this one row. `S` is what the mapping that has the key becomes in a job.
 */
export interface Row<S> {
  readonly value: z.ZodType;
  /** A sentence for editors and the documents, without its full stop and without the default. */
  readonly description: string;
  /** What the documents say besides, in Markdown. */
  readonly details?: string;
  /** How a value is written, in Markdown, `{…}` standing for the keys; a choice of words and a flag need none. */
  readonly type?: string;
  /** What holds when the key is left out, as the text that would be written. */
  readonly default?: Written;
  /** What holds when the key is left out, in Markdown, where no one value tells it. */
  readonly otherwise?: string;
  /** Whether its mapping must have it. */
  readonly required?: true;
  /** The keys of the mapping, or of each mapping, that the value may be. */
  readonly keys?: Rows;
  readonly shown: ShownAs<S>;
}

type Written = string | readonly string[];

/** `within`: in the line of the mapping that has the key. */
type ShownAs<S> = ((subject: S) => string | undefined | readonly Line[]) | 'within';

/** A value of a job as `explain` shows it. */
export interface Line {
  readonly path: string;
  readonly text: string;
  /** Paths at which a spec may have written it, the most exact one first. */
  readonly writtenAt: readonly string[];
}

export type Rows<S = never> = Readonly<Record<string, Row<S>>>;

type Member<R extends Row<never>> = R extends { readonly required: true }
  ? z.ZodNonOptional<R['value']>
  : R extends { readonly default: Written }
    ? z.ZodPrefault<R['value']>
    : z.ZodOptional<R['value']>;

type Shape<R extends Rows> = { readonly [K in keyof R]: Member<R[K]> };

/** The rows as the members of a zod object, each made when a mapping with these keys is read first: a spec has few. */
export function shapeOf<R extends Rows>(rows: R): Shape<R> {
  const members = Object.entries(rows).map(([key, row]) => [
    key,
    { enumerable: true, get: () => memberOf(row) },
  ]);
  return Object.defineProperties({}, Object.fromEntries(members)) as Shape<R>;
}

/** The parser of a mapping that has these keys and no others. */
export function schemaOf<R extends Rows>(rows: R): z.ZodObject<Shape<R>, z.core.$strict> {
  return z.strictObject(shapeOf(rows));
}

function memberOf(row: Row<never>): z.ZodType {
  return heldBy(row).register(z.globalRegistry, { description: forEditors(row) });
}

/** Another schema for each row, which its description belongs to. */
function heldBy({ value, required, default: written }: Row<never>): z.ZodType {
  if (required) return value.nonoptional();
  return written === undefined ? value.optional() : value.prefault(written);
}

/** A default that is a value is told to editors as such. */
function forEditors({ description, default: value, otherwise }: Row<never>): string {
  if (value !== undefined || otherwise === undefined) return description;
  return `${description} (default: ${otherwise.replaceAll('`', '')})`;
}
