import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { field, STRING, scalar } from '../../spec/fields.ts';

/** https://github.com/docker/cli/blob/master/cli/context/store/store.go: `restrictedNamePattern` */
const CONTEXT = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;
const NETWORK = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const DEVICE = /^(?:\d{1,2}|(?:GPU|MIG)-[A-Za-z0-9/-]{1,80})$/;

/** What a spec may say about the Docker engine it runs on. */
export const DockerOptions = z.strictObject({
  context: field(
    scalar(parseContext, STRING),
    'Docker context of the engine, one that the operator of the machine allows (default: DOCKER_HOST, else the current context)',
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

/** Where a run is sent is the operator's to say: a spec names it, and holds no address. */
function parseContext(text: string): string {
  if (text.includes('://')) {
    throw new UserError(`"${text}" is an address, and a spec names none`, {
      hint: 'make a docker context of it (docker context create), and write its name',
    });
  }
  return oneOf(CONTEXT, 'a docker context', 'write a name that "docker context ls" shows')(text);
}

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
