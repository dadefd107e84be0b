import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { CONTAINER_TOOLS, type SlurmSite } from '../job/sites.ts';
import { STRING, scalar } from '../rows/scalar.ts';

/** As docker reads it too; what a shell or ssh could take for something else is no address. */
const SSH = /^ssh:\/\/(?:\w[\w.@\\+-]*@)?(?:\w[\w.-]*|\[[\da-f:.]+(?:%\w+)?\])(?::\d{1,5})?\/?$/i;
const FOLDER = /^\/(?:[\w.@+-]+\/?)*$/;

const Slurm = z.strictObject({
  host: scalar(parseHost, STRING).optional(),
  folder: scalar(parseFolder, STRING).optional(),
  container: z.enum(CONTAINER_TOOLS).optional(),
  setup: z.array(z.string()).optional(),
});

/** Where an operator says jobs may be sent, which no spec may say. */
export const SITE_FIELDS = { slurm: Slurm.optional() };
export const SITE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['slurm', Object.keys(Slurm.shape)],
]);

export interface Sites {
  readonly slurm?: SlurmSite | undefined;
}

interface WrittenSites {
  readonly slurm?: z.output<typeof Slurm> | undefined;
}

export function sitesIn({ slurm }: WrittenSites): Sites {
  if (slurm === undefined) return {};
  const { container = 'docker', setup = [] } = slurm;
  return { slurm: { ...slurm, container, setup } };
}

function parseHost(text: string): string {
  if (SSH.test(text)) return text;
  throw new UserError(`"${text}" is no address of a login node`, {
    hint: 'write it as in ssh://me@login.example.edu; leave it out where this machine has the commands of Slurm',
  });
}

function parseFolder(text: string): string {
  if (FOLDER.test(text) && !text.split('/').includes('..')) return text.replace(/\/+$/, '');
  throw new UserError(`"${text}" is no absolute folder`, {
    hint: 'write one that the login node and the nodes share, as in /scratch/me/jobimg',
  });
}
