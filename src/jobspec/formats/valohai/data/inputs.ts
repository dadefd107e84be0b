import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import type { InputFile, InputSource } from '../../../job/data.ts';
import { GIVEN } from '../../../layers/given-value.ts';
import { fileNameOf, parseInputSource } from '../../../values/input-source.ts';
import { parseFilePath } from '../../../values/paths.ts';
import { suggestion } from '../../../values/suggest.ts';
import { at, locationOf, type MapNode, type Path } from '../../../yaml/node.ts';
import type { StepFields } from '../file/step-schema.ts';
import { warnOfTwo } from '../step/step.ts';

/** Where a step finds its inputs, each below its name. */
const FOLDER = '/valohai/inputs';

/** Where findings of a step go. */
export interface StepFindings {
  /** What holds for any use of the step. */
  readonly findings: Findings;
  /** What keeps it from being run, and not from being planned. */
  readonly blockers: Findings;
}

type Field = NonNullable<StepFields['inputs']>[number];

/** The files of a step's inputs: the addresses that the caller gives for one, else those of its default. */
export function readInputs(
  { inputs = [] }: StepFields,
  node: MapNode,
  given: ReadonlyMap<string, readonly string[]>,
  { findings, blockers }: StepFindings,
): readonly InputFile[] {
  refuseUnknown(inputs, given, blockers);
  const files = new Map<string, readonly InputFile[]>();
  for (const [index, field] of inputs.entries()) {
    const place = locationOf(node, ['inputs', index]);
    if (files.has(field.name)) warnOfTwo('input', field.name, place, findings);
    const source = { field, node, path: ['inputs', index], given: given.get(field.name) };
    files.set(field.name, new StepInput(source, blockers).files());
  }
  return [...files.values()].flat();
}

function refuseUnknown(
  inputs: readonly Field[],
  given: ReadonlyMap<string, readonly string[]>,
  findings: Findings,
): void {
  const known = inputs.map(({ name }) => name);
  for (const name of [...given.keys()].filter((one) => !known.includes(one))) {
    const hint = known.length === 0 ? 'the step has no inputs' : suggestion(name, known);
    findings.error('input', `unknown input "${name}"`, { hint, at: GIVEN.overrides });
  }
}

interface InputSourceWritten {
  readonly field: Field;
  readonly node: MapNode;
  readonly path: Path;
  /** Addresses of the caller. */
  readonly given: readonly string[] | undefined;
}

/** One input of the step as it is written, or given. */
class StepInput {
  readonly #findings: Findings;
  readonly #field: Field;
  readonly #node: MapNode;
  readonly #path: Path;
  readonly #given: readonly string[] | undefined;

  constructor({ field, node, path, given }: InputSourceWritten, findings: Findings) {
    this.#findings = findings;
    this.#field = field;
    this.#node = node;
    this.#path = path;
    this.#given = given;
  }

  files(): readonly InputFile[] {
    const { name, default: addresses = [], optional = false } = this.#field;
    // An empty address is none, as there.
    const written = this.#given ?? [addresses].flat().filter((text) => text.trim() !== '');
    if (written.length === 0 && !optional) this.#refuseMissing();
    const files = written.flatMap((text, index) => this.#file(text, index, written.length));
    const places = new Set(files.map(({ file }) => file));
    if (places.size < files.length) {
      const message = `two files of the input "${name}" have one name`;
      const hint = 'write "keep-directories: full"';
      this.#findings.error('input', message, { hint, at: this.#placeOf() });
    }
    return files;
  }

  #file(text: string, index: number, count: number): readonly InputFile[] {
    const location = this.#placeOf(index);
    const { name } = this.#field;
    const read = (): InputFile => {
      const from = parseInputSource(text.trim());
      const folder = `${FOLDER}/${parseFilePath(name)}`;
      return { name, from, folder, file: parseFilePath(this.#fileName(from, count)), location };
    };
    const file = this.#findings.attempt(location, read, { subject: `the input "${name}"` });
    return file === undefined ? [] : [file];
  }

  /** A name of its own is for one file alone; `suffix` is about patterns, which no address of ours is. */
  #fileName(from: InputSource, count: number): string {
    const { name, filename, 'keep-directories': keep } = this.#field;
    if (filename !== undefined && count === 1) return filename;
    const last = fileNameOf(from, name);
    if (keep !== 'full' && keep !== 'true') return last;
    const path = 'url' in from ? new URL(from.url).pathname : from.path;
    const folders = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    return [...folders.slice(0, -1), last].join('/');
  }

  #refuseMissing(): void {
    const { name } = this.#field;
    const hint = `give it with the input "overrides": inputs.${name}=<address> (--input ${name}=<address>)`;
    this.#findings.error('not-ready', `the input "${name}" has no file`, { hint, at: this.#placeOf() });
  }

  #placeOf(index?: number): Location {
    if (this.#given !== undefined) return GIVEN.overrides;
    const path = [...this.#path, 'default'];
    const isList = at(this.#node, path)?.kind === 'list';
    return locationOf(this.#node, index !== undefined && isList ? [...path, index] : path);
  }
}
