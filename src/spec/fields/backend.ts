import * as z from 'zod';
import { DOCKER, DockerOptions } from '../../backends/docker/options.ts';
import { UserError } from '../../errors.ts';
import type { BackendChoice } from '../job.ts';
import { suggestion } from '../values/suggest.ts';
import { linesOf } from './lines.ts';
import { type Row, schemaOf } from './row.ts';
import { STRING, scalar } from './scalar.ts';

/** One row per backend: the compiler asks for the row of each name that a job can carry. */
export const BACKENDS = {
  docker: {
    value: DockerOptions.nullable(),
    keys: DOCKER,
    description: 'Docker engine',
    type: '`{…}`',
    shown: ({ options }) => linesOf(DOCKER, options),
  },
} satisfies Record<BackendChoice['name'], Row<BackendChoice>>;
const NAMES = Object.keys(BACKENDS);

/** Names that are planned, so that they are not taken for a mistake. */
const LATER: ReadonlySet<string> = new Set([
  'kubernetes',
  'slurm',
  'command',
  'batch',
  'dstack',
  'hf',
  'valohai',
]);

function parseName(name: string): BackendChoice {
  if (name === 'docker') return { name, options: {} };
  throw unknownBackend(name);
}

export function unknownBackend(name: string): UserError {
  if (!LATER.has(name)) return new UserError(`"${name}" is not a backend`, { hint: suggestion(name, NAMES) });
  return new UserError(`the backend "${name}" is not supported yet`, {
    hint: 'write "backend: docker"; on a machine of its own, name its runner with "runs-on"',
  });
}

const WithOptions = schemaOf(BACKENDS).transform(
  ({ docker }): BackendChoice => ({ name: 'docker', options: docker ?? {} }),
);

/** A name, or a mapping from one name to its options. */
export const Backend = z.union([scalar(parseName, { ...STRING, examples: NAMES }), WithOptions]);
