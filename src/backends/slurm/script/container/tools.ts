import { UserError } from '../../../../errors.ts';
import type { ContainerTool } from '../../../../jobspec/job/sites.ts';
import type { PullLogin } from '../../site.ts';
import type { JobScript } from '../job-facts.ts';
import { apptainerScript } from './apptainer.ts';
import { dockerScript } from './docker.ts';
import { enrootScript } from './enroot.ts';
import { exported } from './exported.ts';

/** What runs containers on the nodes of a cluster, and how. */
export interface ContainerProgram {
  readonly script: (job: JobScript) => string;
  /** Before the name of a secret in the environment of the program. */
  readonly prefix: string;
  /** Secrets that it can give to no container, and why. */
  readonly refused?: { readonly names: RegExp; readonly why: (name: string) => string };
  /** Whether a container outlives its job, and has to be removed. */
  readonly isEngine: boolean;
  /** A file of the run's folder `login`. */
  readonly login: { readonly path: string; readonly content: (login: PullLogin) => string };
}

const ENGINE = {
  script: dockerScript,
  prefix: '',
  isEngine: true,
  refused: {
    // Its client reads these itself, so a value for the job would lead it elsewhere.
    names: /^(?:DOCKER_|CONTAINER|XDG_|LD_|(?:HOME|PATH|IFS)$)/,
    why: (name: string) => `a secret called "${name}" would change the client of the engine on the node`,
  },
  login: { path: 'config.json', content: dockerConfig },
} as const;

export const CONTAINER_PROGRAMS: Readonly<Record<ContainerTool, ContainerProgram>> = {
  docker: ENGINE,
  podman: ENGINE,
  apptainer: {
    script: apptainerScript,
    prefix: 'APPTAINERENV_',
    isEngine: false,
    refused: {
      // These it sets itself, or takes for orders: `APPTAINERENV_APPEND_PATH` adds to PATH.
      names: /^(?:HOME|(?:APPEND|PREPEND)_PATH)$/,
      why: (name) => `Apptainer gives no secret called "${name}" to a container`,
    },
    login: { path: 'apptainer.sh', content: apptainerLogin },
  },
  enroot: {
    script: enrootScript,
    prefix: '',
    isEngine: false,
    login: { path: '.credentials', content: credentials },
  },
};

function dockerConfig({ server, username, password }: PullLogin): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [server]: { auth } } });
}

function apptainerLogin({ username, password }: PullLogin): string {
  return exported('APPTAINER_DOCKER_USERNAME', username) + exported('APPTAINER_DOCKER_PASSWORD', password);
}

/** Of a machine it knows no port. What begins with `$` is given to a shell, and a blank ends a word. */
function credentials({ server, username, password }: PullLogin): string {
  if (/\s|^\$/.test(password) || /\s/.test(username))
    throw new UserError(
      `enroot cannot log in to ${server}: the login has a blank, or a password that begins with "$"`,
      {
        code: 'slurm',
        hint: 'give the registry another password, or a token',
      },
    );
  return `machine ${server.replace(/:\d+$/, '')} login ${username} password ${password}\n`;
}
