import * as z from 'zod';
import type { BackendRow } from '../../backends/types/row.ts';
import { BACKENDS } from '../../backends/types/table.ts';
import { UserError } from '../../errors.ts';
import { BACKEND_NAMES, DEFAULT_BACKEND, isBackendName, LATER } from '../job/backend-names.ts';
import type { BackendChoice } from '../job/job.ts';
import { isPresetName, presetHint } from '../job/preset-names.ts';
import { linesOf } from '../rows/lines.ts';
import { type Row, type Rows, schemaOf } from '../rows/row.ts';
import { STRING, scalar } from '../rows/scalar.ts';
import { suggestion } from '../values/suggest.ts';

/** The keys of `backend`: one for each row of the table. */
export const BACKEND_FIELDS: Rows<BackendChoice> = Object.fromEntries(
  Object.entries(BACKENDS).map(([name, row]) => [name, fieldOf(name, row)]),
);

function fieldOf(name: string, { options, description }: BackendRow): Row<BackendChoice> {
  return {
    value: schemaOf(options).nullable(),
    keys: options,
    description,
    type: '`{…}`',
    shown: (chosen) => (chosen.name === name ? linesOf(options, chosen.options) : []),
  };
}

function parseName(name: string): BackendChoice {
  if (isBackendName(name)) return { name, options: {} };
  throw unknownBackend(name);
}

function unknownBackend(name: string): UserError {
  if (isPresetName(name))
    return new UserError(`"${name}" is a place, and not a backend`, { hint: presetHint(name) });
  if (!LATER.includes(name))
    return new UserError(`"${name}" is not a backend`, { hint: suggestion(name, BACKEND_NAMES) });
  return new UserError(`the backend "${name}" is not supported yet`, {
    hint: 'write "backend: docker"; on a machine of its own, name its runner with "runs-on"',
  });
}

const WithOptions = schemaOf(BACKEND_FIELDS).transform((written, context): BackendChoice => {
  const names = Object.keys(written).filter(isBackendName);
  const [name = DEFAULT_BACKEND] = names;
  if (names.length <= 1) return { name, options: optionsOf(written[name]) };
  context.issues.push({
    code: 'custom',
    message: `a job runs on one backend, and here there are ${names.length}: ${names.join(', ')}`,
    input: written,
    params: { hint: 'keep one of them' },
  });
  return z.NEVER;
});

function optionsOf(value: unknown): BackendChoice['options'] {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A name, or a mapping from one name to its options. */
export const Backend = z.union([scalar(parseName, { ...STRING, examples: BACKEND_NAMES }), WithOptions]);
