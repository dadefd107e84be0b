import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { CONTAINER_TOOLS, type CommandSite, type GithubSite, type SlurmSite } from '../job/sites.ts';
import { STRING, scalar } from '../rows/scalar.ts';
import { COMMAND_KEYS, Commands, commandSites } from './places/commands.ts';
import { FLEET_KEYS, Fleets, githubSites } from './places/github.ts';
import type { Preset } from './places/preset.ts';

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
export const SITE_FIELDS = {
  slurm: Slurm.optional(),
  commands: Commands.optional(),
  github: Fleets.optional(),
};
const SLURM_KEYS = Object.keys(Slurm.shape);

/** The keys at a place of the defaults file that are known below its own; undefined: it is none of these. */
export function siteKeys([first, second]: readonly PropertyKey[]): readonly string[] | undefined {
  if (first === 'slurm') return SLURM_KEYS;
  if (first === 'github' && second !== undefined) return FLEET_KEYS;
  return first === 'commands' && second !== undefined ? COMMAND_KEYS : undefined;
}

export interface Sites {
  readonly slurm?: SlurmSite | undefined;
  /** By name. */
  readonly commands?: ReadonlyMap<string, CommandSite> | undefined;
  /** By name. */
  readonly github?: ReadonlyMap<string, GithubSite> | undefined;
}

interface WrittenSites {
  readonly slurm?: z.output<typeof Slurm> | undefined;
  readonly commands?: z.output<typeof Commands> | undefined;
  readonly github?: z.output<typeof Fleets> | undefined;
}

export function sitesIn(
  { commands, github, slurm }: WrittenSites,
  presets: ReadonlyMap<string, Preset>,
): Sites {
  return {
    ...(slurm === undefined ? {} : { slurm: slurmSite(slurm) }),
    ...(commands === undefined ? {} : { commands: commandSites(commands, presets) }),
    ...(github === undefined ? {} : { github: githubSites(github) }),
  };
}

function slurmSite({ container = 'docker', setup = [], ...rest }: z.output<typeof Slurm>): SlurmSite {
  return { ...rest, container, setup };
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
