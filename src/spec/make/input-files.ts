import type { Finding } from '../../errors.ts';
import type { InputFile } from '../data.ts';
import type { JobFields } from '../fields/job.ts';
import type { Job } from '../job.ts';
import { fileNameOf, type InputSource } from '../values/input-source.ts';
import { type MapNode, type Path, placeOf } from '../yaml/node.ts';

/** Where inputs stand in the container, each below its name. */
const FOLDER = '/inputs';

/** The inputs of a job with the places they get, and what is wrong with them; undefined: it has none. */
export function readInputs(
  written: JobFields['inputs'],
  root: MapNode,
): { readonly inputs: Job['inputs']; readonly findings: readonly Finding[] } {
  if (written === undefined) return { inputs: undefined, findings: [] };
  const inputs =
    written instanceof Map
      ? [...written].map(([name, from]) => inputOf({ name, from }, root, ['inputs', name]))
      : written.map((fields, index) => inputOf(fields, root, ['inputs', index]));
  if (inputs.length === 0) return { inputs: undefined, findings: [] };
  return { inputs, findings: [...sameNames(inputs), ...unsafe(inputs)] };
}

interface Fields {
  readonly name: string;
  readonly from: InputSource;
  readonly sha256?: string | undefined;
  readonly path?: string | undefined;
}

function inputOf({ name, from, sha256, path }: Fields, root: MapNode, place: Path): InputFile {
  return {
    name,
    from,
    sha256,
    folder: `${FOLDER}/${name}`,
    file: path ?? fileNameOf(from, name),
    location: placeOf(root, place),
  };
}

/** Two files cannot have one place. */
export function sameNames(inputs: readonly InputFile[]): readonly Finding[] {
  const taken = new Set<string>();
  return inputs.flatMap(({ name, folder, file, location }): Finding[] => {
    const place = `${folder}/${file}`;
    if (!taken.has(place)) {
      taken.add(place);
      return [];
    }
    const message = `two files of the input "${name}" would be ${place}`;
    return [{ level: 'error', code: 'input', message, hint: 'give one of them another "path"', location }];
  });
}

/** Whoever is between could put another file in its place. */
export function unsafe(inputs: readonly InputFile[]): readonly Finding[] {
  return inputs.flatMap(({ name, from, sha256, location }): Finding[] => {
    if (!('url' in from) || !from.url.startsWith('http:') || sha256 !== undefined) return [];
    const message = `the input "${name}" comes without encryption, so anybody between can change it`;
    return [{ level: 'warning', code: 'input', message, hint: 'write https, or add its "sha256"', location }];
  });
}
