import type * as z from 'zod';
import { option } from '../../jobspec/rows/lines.ts';
import { type Rows, schemaOf } from '../../jobspec/rows/row.ts';
import { STRING, scalar } from '../../jobspec/rows/scalar.ts';
import { oneOf } from './labels.ts';

/** Names of partitions, accounts and the like; several partitions are separated by commas. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.,-]{0,127}$/;
/** https://slurm.schedmd.com/sbatch.html#OPT_constraint */
const CONSTRAINT = /^[A-Za-z0-9_][A-Za-z0-9_.,&|*[\]()-]{0,199}$/;

const name = (what: string, command: string) =>
  scalar(oneOf(NAME, what, `write it as "${command}" shows it`), STRING);

/** What a spec, or the operator's file of defaults, may say of a run on a Slurm cluster. */
export const SLURM = {
  partition: {
    value: name('a partition', 'sinfo'),
    description: 'Partition, or several separated by commas',
    type: 'name',
    otherwise: "the cluster's",
    shown: option('partition'),
  },
  account: {
    value: name('an account', 'sacctmgr show associations'),
    description: 'Account that is charged',
    type: 'name',
    otherwise: "the user's",
    shown: option('account'),
  },
  qos: {
    value: name('a quality of service', 'sacctmgr show qos'),
    description: 'Quality of service',
    type: 'name',
    otherwise: "the account's",
    shown: option('qos'),
  },
  reservation: {
    value: name('a reservation', 'scontrol show reservations'),
    description: 'Reservation to run in',
    type: 'name',
    otherwise: 'none',
    shown: option('reservation'),
  },
  constraint: {
    value: scalar(
      oneOf(CONSTRAINT, 'a constraint', 'write features as "sinfo -o %f" shows them, as in a100&nvlink'),
      STRING,
    ),
    description: 'Features that the node must have',
    type: 'features',
    otherwise: 'any node',
    shown: option('constraint'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;

export const SlurmOptions = schemaOf(SLURM);
export type SlurmOptions = z.output<typeof SlurmOptions>;
