import type { Findings } from '../../findings.ts';
import type { JobFields } from '../fields/job.ts';
import type { InputFile, InputSource } from '../job/data.ts';
import type { Job } from '../job/job.ts';
import { fileNameOf } from '../values/input-source.ts';
import { locationOf, type MapNode, type Path } from '../yaml/node.ts';

/** Where inputs stand in the container, each below its name. */
const FOLDER = '/inputs';

/** The inputs of a job with the places they get; undefined: it has none. */
export function readInputs(written: JobFields['inputs'], root: MapNode, findings: Findings): Job['inputs'] {
  if (written === undefined) return undefined;
  const inputs =
    written instanceof Map
      ? [...written].map(([name, from]) => inputOf({ name, from }, root, ['inputs', name]))
      : written.map((fields, index) => inputOf(fields, root, ['inputs', index]));
  if (inputs.length === 0) return undefined;
  refuseSamePlaces(inputs, findings);
  warnOfUnsafe(inputs, findings);
  return inputs;
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
    location: locationOf(root, place),
  };
}

/** Two files cannot have one place. */
function refuseSamePlaces(inputs: readonly InputFile[], findings: Findings): void {
  const taken = new Set<string>();
  for (const { name, folder, file, location } of inputs) {
    const place = `${folder}/${file}`;
    const hint = 'give one of them another "path"';
    if (taken.has(place))
      findings.error('input', `two files of the input "${name}" would be ${place}`, { hint, at: location });
    taken.add(place);
  }
}

/** Whoever is between could put another file in its place. */
export function warnOfUnsafe(inputs: readonly InputFile[], findings: Findings): void {
  for (const { name, from, sha256, location } of inputs) {
    if (!('url' in from) || !from.url.startsWith('http:') || sha256 !== undefined) continue;
    const message = `the input "${name}" comes without encryption, so anybody between can change it`;
    findings.warning('input', message, { hint: 'write https, or add its "sha256"', at: location });
  }
}
