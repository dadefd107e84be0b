import { basename } from 'node:path/posix';
import { UserError } from '../errors.ts';
import type { Format } from './format.ts';
import { jobimg } from './formats/jobimg.ts';

export const FORMATS: readonly Format[] = [jobimg];

/** Specs of other systems, known by their names so that none is taken for something else. */
const FOREIGN: readonly { readonly system: string; readonly names: RegExp }[] = [
  { system: 'Polyaxon', names: /^polyaxon(?:file|ci)?\.(?:ya?ml|json)$/ },
  { system: 'Valohai', names: /^valohai\.ya?ml$/ },
];

export function isForeign(path: string): boolean {
  return systemOf(path) !== undefined;
}

function systemOf(path: string): string | undefined {
  return FOREIGN.find(({ names }) => names.test(basename(path)))?.system;
}

/** The format of a file by its name; any other name is one of ours. */
export function formatOf(path: string): Format {
  const system = systemOf(path);
  if (system === undefined) return FORMATS.find(({ fileNames }) => fileNames.includes(path)) ?? jobimg;
  throw new UserError(`"${basename(path)}" is a spec of ${system}, which cannot be read yet`, {
    code: 'not-supported-yet',
    hint: 'write its command into jobimg.yml: run: python train.py',
    location: { file: path },
  });
}

export function formatNamed(name: string): Format {
  const format = FORMATS.find((row) => row.name === name);
  if (format === undefined) throw new Error(`no format is called "${name}"`);
  return format;
}
