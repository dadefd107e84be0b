import { type Finding, type Location, UserError } from '../../../../errors.ts';
import type { InputFile } from '../../../data.ts';
import { GIVEN } from '../../../layers/given-value.ts';
import { fileNameOf, type InputSource, parseInputSource } from '../../../values/input-source.ts';
import { parseFilePath } from '../../../values/paths.ts';
import { suggestion } from '../../../values/suggest.ts';
import { at, type MapNode, type Path, placeOf } from '../../../yaml/node.ts';
import type { StepFields } from '../schema.ts';
import { twice } from '../step.ts';

/** Where a step finds its inputs, each below its name. */
const FOLDER = '/valohai/inputs';

export interface StepInputs {
  readonly files: readonly InputFile[];
  /** What holds for any use of the step. */
  readonly findings: readonly Finding[];
  /** What keeps it from being run, and not from being planned. */
  readonly blockers: readonly Finding[];
}

type Field = NonNullable<StepFields['inputs']>[number];

/** The files of a step's inputs: the addresses that the caller gives for one, else those of its default. */
export function readInputs(
  { inputs = [] }: StepFields,
  node: MapNode,
  given: ReadonlyMap<string, readonly string[]>,
): StepInputs {
  const findings: Finding[] = [];
  const blockers: Finding[] = [...unknownNames(inputs, given)];
  const files = new Map<string, readonly InputFile[]>();
  for (const [index, field] of inputs.entries()) {
    const place = placeOf(node, ['inputs', index]);
    if (files.has(field.name)) findings.push(twice('input', field.name, place));
    const written = new Written(field, node, index, given.get(field.name));
    files.set(field.name, written.files());
    blockers.push(...written.problems);
  }
  return { files: [...files.values()].flat(), findings, blockers };
}

function unknownNames(
  inputs: readonly Field[],
  given: ReadonlyMap<string, readonly string[]>,
): readonly Finding[] {
  const known = inputs.map(({ name }) => name);
  return [...given.keys()]
    .filter((name) => !known.includes(name))
    .map((name) => ({
      level: 'error',
      code: 'input',
      message: `unknown input "${name}"`,
      hint: known.length === 0 ? 'the step has no inputs' : suggestion(name, known),
      location: GIVEN.overrides,
    }));
}

/** One input of the step as it is written, or given. */
class Written {
  readonly problems: Finding[] = [];
  readonly #field: Field;
  readonly #node: MapNode;
  readonly #path: Path;
  readonly #given: readonly string[] | undefined;

  constructor(field: Field, node: MapNode, index: number, given: readonly string[] | undefined) {
    this.#field = field;
    this.#node = node;
    this.#path = ['inputs', index];
    this.#given = given;
  }

  files(): readonly InputFile[] {
    const { name, default: addresses = [], optional = false } = this.#field;
    const written = this.#given ?? [addresses].flat();
    if (written.length === 0 && !optional) this.#tellMissing();
    const files = written.flatMap((text, index) => this.#file(text, index, written.length));
    const places = new Set(files.map(({ file }) => file));
    if (places.size < files.length) {
      const message = `two files of the input "${name}" have one name`;
      this.#problem('input', message, 'write "keep-directories: full"', this.#placeOf());
    }
    return files;
  }

  #file(text: string, index: number, count: number): readonly InputFile[] {
    const location = this.#placeOf(index);
    const { name } = this.#field;
    try {
      const from = parseInputSource(text.trim());
      const folder = `${FOLDER}/${parseFilePath(name)}`;
      return [{ name, from, folder, file: parseFilePath(this.#fileName(from, count)), location }];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const hint = error.findings[0]?.hint;
      this.#problem('input', `the input "${name}": ${error.message}`, hint, location);
      return [];
    }
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

  #tellMissing(): void {
    const { name } = this.#field;
    const hint = `give it with --input ${name}=<address>, or with the input "overrides": inputs.${name}=<address>`;
    this.#problem('not-ready', `the input "${name}" has no file`, hint, this.#placeOf());
  }

  #placeOf(index?: number): Location {
    if (this.#given !== undefined) return GIVEN.overrides;
    const path = [...this.#path, 'default'];
    const isList = at(this.#node, path)?.kind === 'list';
    return placeOf(this.#node, index !== undefined && isList ? [...path, index] : path);
  }

  #problem(code: string, message: string, hint: string | undefined, location: Location): void {
    this.problems.push({ level: 'error', code, message, hint, location });
  }
}
