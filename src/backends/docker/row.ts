import type { BackendRow } from '../row.ts';
import { DOCKER } from './options.ts';

/** The engine of this machine, or the one that a Docker context leads to. */
export const DOCKER_ROW: BackendRow = {
  description: 'Docker engine',
  options: DOCKER,
  hints: {
    host: 'the operator sets the address: DOCKER_HOST in the environment, or "context" with the name of a Docker context',
  },
  place: { registry: 'optional', platforms: undefined, queue: false, outlives: false, here: true },
  stopCommand({ name, native }) {
    const context = native['context'] === undefined ? '' : ` --context ${native['context']}`;
    return `docker${context} stop ${name}`;
  },
};
