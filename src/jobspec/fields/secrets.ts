import * as z from 'zod';
import { eachOf, ownLine } from '../rows/lines.ts';
import type { Line, Rows } from '../rows/row.ts';
import { mapOf, STRING, scalar } from '../rows/scalar.ts';
import * as names from '../values/names.ts';

export const secretName = scalar(names.parseSecretName, STRING);

/** Secrets are a list of names, or a mapping with what is to be said of each. */
export function secretsOf<F extends z.ZodType>(fields: F) {
  return z.union([z.array(secretName), mapOf(secretName, fields)]);
}

export function secretLines<S extends { readonly name: string }>(
  rows: Rows<S>,
  secrets: readonly S[],
): readonly Line[] {
  return [
    ownLine(secrets.map(({ name }) => name).join(', ')),
    ...eachOf(
      rows,
      secrets.map((secret) => [secret.name, secret] as const),
    ),
  ];
}
