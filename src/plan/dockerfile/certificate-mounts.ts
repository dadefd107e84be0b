import { type Instruction, readDockerfile } from '../../recipe/dockerfile/read.ts';
import { HOST_SECRETS, type Mount, printMount, secretMount } from './mount.ts';
import { CA, CA_VARIABLES } from './step-text.ts';

/** The content of the secret that the variables of a `RUN` are set from. */
export const CA_PATH = CA;

/**
 * A user's own Dockerfile, in which each `RUN` sees the certificates that the machine trusts, under the names by which
 * tools take them. A mount is in no layer and no history, and so is a variable that is set from a secret. A variable
 * that the Dockerfile speaks of itself is left alone.
 */
export function withCertificateMounts(dockerfile: string): string {
  const instructions = readDockerfile(dockerfile, 'Dockerfile');
  const said = instructions.filter(isVariable).map(({ rest }) => rest);
  const variables = CA_VARIABLES.filter((name) => !said.some((rest) => rest.includes(name)));
  const flags = [file(), ...variables.map(variable)].map(printMount).join(' ');
  const lines = dockerfile.split('\n');
  for (const { line } of instructions.filter(isForeignRun)) {
    const text = lines[line - 1] ?? '';
    lines[line - 1] = text.replace(/^(\s*RUN)\b/i, (keyword) => `${keyword} ${flags}`);
  }
  return lines.join('\n');
}

function isVariable({ keyword }: Instruction): boolean {
  return keyword === 'ENV' || keyword === 'ARG';
}

/** A step of ours has them already. */
function isForeignRun({ keyword, flags }: Instruction): boolean {
  return keyword === 'RUN' && !flags.some(({ text }) => text.includes(`id=${HOST_SECRETS.certificates},`));
}

/** Readable for all: a `RUN` may be another user's, and certificates are no secret. */
function file(): Mount {
  return [...secretMount(HOST_SECRETS.certificates, CA), ['mode', '0444']];
}

function variable(name: string): Mount {
  return [
    ['type', 'secret'],
    ['id', HOST_SECRETS.certificatesPath],
    ['env', name],
  ];
}
