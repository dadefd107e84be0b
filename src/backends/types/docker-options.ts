import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { option } from '../../jobspec/rows/lines.ts';
import { type Rows, schemaOf } from '../../jobspec/rows/row.ts';
import { STRING, scalar } from '../../jobspec/rows/scalar.ts';

/** https://github.com/docker/cli/blob/master/cli/context/store/store.go: `restrictedNamePattern` */
const CONTEXT = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;
const NETWORK = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const DEVICE = /^(?:\d{1,2}(?::\d{1,2})?|(?:GPU|MIG)-[A-Za-z0-9/-]{1,80})$/;

/** What a spec may say about the Docker engine it runs on. */
export const DOCKER = {
  context: {
    value: scalar(parseContext, STRING),
    description: 'Docker context of the engine, one that the operator of the machine allows',
    type: 'name',
    otherwise: '`DOCKER_HOST`, else the current context',
    shown: option('context'),
  },
  network: {
    value: scalar(parseNetwork, STRING),
    description: 'Network of the container: bridge, none, or the name of a network of the engine',
    details: '`host` is refused: services of the machine listen on loopback',
    type: 'name',
    otherwise: '`bridge`',
    shown: option('network'),
  },
  devices: {
    value: z
      .array(
        scalar(
          oneOf(
            DEVICE,
            'a GPU of the engine',
            'write an index (0, or 0:1 for a part) or an id (GPU-…, MIG-…)',
          ),
        ),
      )
      .min(1),
    description: 'List of GPUs by index or id, of which the job gets as many as "gpu" says',
    details:
      'Of those that `JOBIMG_DEVICES` lists where the operator set it. `0:1` is a part of a GPU that is divided by MIG',
    type: 'list of indexes or ids',
    otherwise: 'any',
    shown: option('devices'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;
export const DockerOptions = schemaOf(DOCKER);
export type DockerOptions = z.infer<typeof DockerOptions>;

/** Where a run is sent is the operator's to say: a spec names it, and holds no address. */
function parseContext(text: string): string {
  if (text.includes('://')) {
    throw new UserError(`"${text}" is an address, and a spec may not contain one`, {
      hint: 'create a Docker context for it (docker context create), and write its name',
    });
  }
  return oneOf(CONTEXT, 'a Docker context', 'write a name that "docker context ls" shows')(text);
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
