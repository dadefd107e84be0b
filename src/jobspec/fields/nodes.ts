import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Job } from '../job/job.ts';
import type { Nodes } from '../job/nodes.ts';
import { linesOf, ownLine } from '../rows/lines.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { scalar } from '../rows/scalar.ts';
import { parseCount } from '../values/quantity.ts';

/** The number of the last one has three digits, so that the name of its pod is a label of the DNS. */
const MOST = 1_000;
const count = scalar(parseNodes, { type: 'integer' });

const NODES = {
  count: {
    value: count,
    description: 'Number of machines',
    type: 'number',
    default: '1',
    shown: 'within',
  },
  outputs: {
    value: z.enum(['first', 'all']),
    description: 'Whose outputs are collected',
    details: '`first`: those of node 0. `all`: also those of every other, in folders `node-1`, `node-2`, …',
    default: 'first',
    shown: ({ outputs }) => outputs,
  },
} satisfies Rows<Nodes>;

/** How many machines a run has. */
export const SEVERAL_NODES = {
  nodes: {
    value: z.union([count, schemaOf(NODES)]),
    keys: NODES,
    description: 'Number of machines',
    details: 'What is said of GPUs, CPUs and memory is of each. See [Several nodes](multi-node.md)',
    type: 'number, or `{…}`',
    otherwise: '1',
    shown: ({ nodes }) => nodes && [ownLine(String(nodes.count), 'count'), ...linesOf(NODES, nodes)],
  },
} satisfies Rows<Job>;

function parseNodes(text: string): number {
  const number = parseCount(text);
  if (number >= 1 && number <= MOST) return number;
  throw new UserError(`${number} is not a number of nodes`, { hint: `write 1 to ${MOST}` });
}
