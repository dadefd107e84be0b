import type { BackendConnection } from '../../../src/connect/backend-connection.ts';
import { UserError } from '../../../src/errors.ts';
import { createQueueBackend } from './backend.ts';

export const QUEUE_CONNECTION: BackendConnection = {
  connect: async (_choice, _secrets, { env }) => createQueueBackend(serviceOf(env)),
  reconnect: async (_handle, { env }) => createQueueBackend(serviceOf(env)),
  isHere: async () => false,
  openTerminal: undefined,
};

/** An address is the operator's to say. */
function serviceOf(env: Readonly<Record<string, string | undefined>>): string {
  const service = env['QUEUE_SERVICE'];
  if (service !== undefined) return service;
  throw new UserError('no service is named', { hint: 'set QUEUE_SERVICE in the environment' });
}
