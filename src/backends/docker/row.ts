import type { BackendRow } from '../row.ts';
import { DOCKER } from './options.ts';

/** The engine of this machine, or the one that a docker context leads to. */
export const DOCKER_ROW: BackendRow = {
  description: 'Docker engine',
  options: DOCKER,
  hints: {
    host: 'an address is the operator\'s to say: DOCKER_HOST in the environment, or "context" with the name of a docker context',
  },
  place: { registry: 'optional', platforms: undefined, queue: false, outlives: false, here: true },
  stopCommand({ name, native }) {
    const context = native['context'] === undefined ? '' : ` --context ${native['context']}`;
    return `docker${context} stop ${name}`;
  },
};
