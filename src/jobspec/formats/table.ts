import { basename } from 'node:path/posix';
import type { Format } from '../format/format.ts';
import { jobimg } from './jobimg/index.ts';
import { others } from './others/index.ts';
import { polyaxon } from './polyaxon/index.ts';
import { valohai } from './valohai/index.ts';

export const FORMATS: readonly Format[] = [jobimg, polyaxon, valohai, others];

/** The format of a file by its name, else by what is in it; any other file is one of ours. */
export function formatOf(path: string, text: string): Format {
  return recognisedFormat(path, text) ?? jobimg;
}

/** undefined when neither the name nor what is in the file tells. */
export function recognisedFormat(path: string, text: string): Format | undefined {
  const name = basename(path);
  return (
    FORMATS.find(({ fileNames }) => fileNames.includes(path) || fileNames.includes(name)) ??
    FORMATS.find(({ recognises }) => recognises?.(text, path))
  );
}

export function formatNamed(name: string): Format {
  const format = FORMATS.find((row) => row.name === name);
  if (format === undefined) throw new Error(`no format is called "${name}"`);
  return format;
}
