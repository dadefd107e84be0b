import type { BackendRow } from '../../../src/backends/types/row.ts';
import { LINUX_AMD64 } from '../../../src/oci/platform.ts';
import { QUEUE } from './options.ts';

/** A service with a queue, which pulls images and keeps outputs. */
export const QUEUE_ROW: BackendRow = {
  description: 'Service with a queue',
  options: QUEUE,
  hints: { partition: 'write "pool"' },
  capabilities: {
    registry: 'required',
    platforms: [LINUX_AMD64],
    claims: false,
    queue: true,
    nodes: false,
    outlives: true,
    keepsOutputs: 3_600,
  },
  stopCommand: ({ name, native }) => `queue --service ${native['service']} stop ${native['ticket'] ?? name}`,
};
