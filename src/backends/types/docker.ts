import { DOCKER } from './docker-options.ts';
import type { BackendRow } from './row.ts';

/** `KEPT_TOO_LONG` of `docker/deadline/overdue.ts`. */
const WEEK = 7 * 24 * 3_600;

/** The engine of this machine, or the one that a Docker context leads to. */
export const DOCKER_ROW: BackendRow = {
  description: 'Docker engine',
  options: DOCKER,
  hints: {
    host: 'the operator sets the address: DOCKER_HOST in the environment, or "context" with the name of a Docker context',
  },
  capabilities: {
    registry: 'optional',
    platforms: undefined,
    claims: false,
    queue: false,
    nodes: false,
    outlives: false,
    keepsOutputs: WEEK,
  },
  stopCommand: ({ name, native }) => `${dockerCommand(native)} stop ${name}`,
};

/** What a person types, who may have another engine before them; by TLS they need their own certificates as well. */
export function dockerCommand({ context, engine }: Readonly<Record<string, string | undefined>>): string {
  if (context !== undefined) return `docker --context ${context}`;
  return engine?.startsWith('ssh://') ? `docker --host ${engine}` : 'docker';
}
