import type * as z from 'zod';
import { option } from '../../jobspec/rows/lines.ts';
import { type Rows, schemaOf } from '../../jobspec/rows/row.ts';
import { mapOf, STRING, scalar } from '../../jobspec/rows/scalar.ts';
import { oneOf } from './labels.ts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const KEY = /^[A-Za-z][\w-]{0,63}$/;
/** One word of a command line that no program takes for an option of its own. */
const VALUE = /^(?!-)[^\p{Cc}]{0,200}$/u;

/** What a spec may say of a place that has a command line. */
export const COMMAND = {
  place: {
    value: scalar(
      oneOf(NAME, 'a name of a place', 'write a name that the operator has below "commands"'),
      STRING,
    ),
    description: 'Name of the place, one that the operator of the machine has described',
    type: 'name',
    otherwise: 'the only one',
    shown: option('place'),
  },
  options: {
    value: mapOf(
      scalar(oneOf(KEY, 'the name of an option', 'write letters, digits and dashes'), STRING),
      scalar(oneOf(VALUE, 'a value of an option', 'write one line that does not begin with "-"')),
    ),
    description: 'Values of options that the place has',
    type: 'name → value',
    otherwise: "the place's",
    shown: shownOptions,
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;

export const CommandOptions = schemaOf(COMMAND);
export type CommandOptions = z.output<typeof CommandOptions>;

function shownOptions({ options }: Readonly<Record<string, unknown>>): string | undefined {
  if (!(options instanceof Map)) return undefined;
  return [...options].map(([key, value]) => `${key}=${value}`).join(', ');
}
