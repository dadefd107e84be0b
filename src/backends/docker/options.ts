import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { field, STRING, scalar } from '../../spec/fields.ts';

const ENGINE =
  /^(?:unix:\/\/\/[\w./@+-]+|(?:tcp|ssh):\/\/(?:[\w.-]+@)?(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?)$/i;
const NETWORK = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const DEVICE = /^(?:\d{1,2}|(?:GPU|MIG)-[A-Za-z0-9/-]{1,80})$/;

/** What a spec may say about the Docker engine it runs on. */
export const DockerOptions = z.strictObject({
  host: field(
    scalar(
      oneOf(ENGINE, 'an address of an engine', 'write unix:///var/run/docker.sock, tcp://… or ssh://…'),
      STRING,
    ),
    'Address of the engine (default: DOCKER_HOST, else the current context)',
  ),
  network: field(
    scalar(parseNetwork, STRING),
    'Network of the container: bridge, none, or the name of a network of the engine',
    'bridge',
  ),
  devices: field(
    z.array(scalar(oneOf(DEVICE, 'a GPU of the engine', 'write an index (0) or an id (GPU-…)'))).min(1),
    'List of GPUs by index or id (default: any, as many as "gpu" says)',
  ),
});
export type DockerOptions = z.infer<typeof DockerOptions>;

/** The host's own network would put every service that listens on loopback within the job's reach. */
function parseNetwork(text: string): string {
  if (text !== 'host')
    return oneOf(NETWORK, 'a network', 'write bridge, none, or the name of a network')(text);
  throw new UserError('the network "host" is never given to a job', {
    hint: 'write bridge, or the name of a network that the operator made on the engine',
  });
}

function oneOf(pattern: RegExp, what: string, hint: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new UserError(`"${text}" is not ${what}`, { hint });
  };
}
