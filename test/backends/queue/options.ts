import { option } from '../../../src/spec/fields/lines.ts';
import type { Rows } from '../../../src/spec/fields/row.ts';
import { STRING, scalar } from '../../../src/spec/fields/scalar.ts';
import { parseOneLine } from '../../../src/spec/values/names.ts';

export const QUEUE = {
  pool: {
    value: scalar(parseOneLine, STRING),
    description: 'Pool of machines',
    type: 'name',
    otherwise: 'any',
    shown: option('pool'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;
