import { option } from '../../../src/jobspec/rows/lines.ts';
import type { Rows } from '../../../src/jobspec/rows/row.ts';
import { STRING, scalar } from '../../../src/jobspec/rows/scalar.ts';
import { parseOneLine } from '../../../src/jobspec/values/names.ts';

export const QUEUE = {
  pool: {
    value: scalar(parseOneLine, STRING),
    description: 'Pool of machines',
    type: 'name',
    otherwise: 'any',
    shown: option('pool'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;
