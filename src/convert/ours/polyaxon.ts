import { type Finding, type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { errorsByPlace } from '../../jobspec/findings/findings.ts';
import { polyaxon } from '../../jobspec/formats/polyaxon/index.ts';
import { placeholder } from '../../jobspec/formats/polyaxon/params/inputs.ts';
import type { Names } from '../../jobspec/formats/polyaxon/template/evaluate.ts';
import { type Translation, translate } from '../../jobspec/formats/polyaxon/translate.ts';
import { mergeKeys } from '../../jobspec/formats/python/merge-keys.ts';
import { type PyValue, str } from '../../jobspec/formats/python/py-value.ts';
import { pythonText } from '../../jobspec/formats/python/python-text.ts';
import { readMapping } from '../../jobspec/yaml/mapping.ts';
import { at, type MapNode, type Node, plain } from '../../jobspec/yaml/node.ts';
import { asWritten, escapeBraces, type Field, type Fields, isFields, orNothing } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { fieldsOf } from './nodes.ts';
import { type ConvertedSteps, convertSteps } from './polyaxon-steps.ts';

/** A polyaxonfile of version 1, which is read as it is: the same as a jobimg.yml. */
export const polyaxonFile: Converter = {
  recognises: ({ path, text }) =>
    polyaxon.fileNames.includes(path.slice(path.lastIndexOf('/') + 1)) ||
    polyaxon.recognises?.(text, path) === true,
  convert: convertFile,
};

const READING = { strict: false, undefinedNames: 'error' } as const;

function convertFile({ path, text }: ConvertSource, findings: Findings): Fields {
  const root = mergeKeys(readMapping({ path, text }));
  const translated = translatedWith(root, new Map());
  reportFindings(translated.findings, path, findings);
  const { names, folder, inherits, secrets, root: ours, search } = translated;
  if (folder !== undefined)
    report(
      `context "${folder}": the whole repository is the code; begin the command with "cd ${folder}"`,
      ours.location,
      findings,
    );
  for (const name of inherits)
    report(
      `env_vars ${name}: "$" is no variable in "image.env"; export it in the command`,
      ours.location,
      findings,
    );
  if (names.size > 0)
    report('POLYAXON_PARAMS is not set: the params are in JOBIMG_PARAMS', ours.location, findings);
  const { image, command: _command, strategy, ...others } = fieldsOf(ours);
  const command = commandOf(root, translated, findings);
  const isSearched = (name: string): boolean => search?.values.has(name) === true;
  const params = [...names].filter(([name]) => !isSearched(name) && isParam(name));
  const open = params.find(([name, value]) => isOpenInput(name, value));
  if (open !== undefined && !command.isOpen) throw withoutValue(open[0], root.location);
  return {
    ...others,
    ...command.fields,
    secrets: orNothing([...secrets]),
    strategy: command.isOpen ? strategy : undefined,
    params: orNothing(Object.fromEntries(params.map(([name, value]) => [name, paramOf(name, value, root)]))),
    image: isFields(image) ? imageOf(image, ours.location, findings) : image,
  };
}

function paramOf(name: string, value: PyValue, root: MapNode): Field {
  return isOpenInput(name, value)
    ? { type: typeOfInput(name, root), required: true }
    : asWritten(pythonText(value));
}

/** An input without a value stands for itself. */
function isOpenInput(name: string, value: PyValue): boolean {
  return pythonText(value) === placeholder(name);
}

/** Types that are texts there are texts here. */
function typeOfInput(name: string, root: MapNode): string | undefined {
  const inputs = at(root, ['inputs']);
  const items = inputs?.kind === 'list' ? inputs.items : [];
  const input = items.find((item) => textOf(at(item, ['name'])) === name);
  const type = textOf(at(input ?? root, ['type']));
  return type !== undefined && ['int', 'float', 'bool'].includes(type) ? type : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'text' ? node.text : undefined;
}

function withoutValue(name: string, location: Location): UserError {
  return new UserError(`the input "${name}" has no value, and a template computes with one`, {
    code: 'convert',
    hint: `give "${name}" a default, convert, and set the value in the command that comes of it`,
    location,
  });
}

/** Errors are thrown, but for a secret in the image: the run can have it. */
function reportFindings(all: readonly Finding[], path: string, findings: Findings): void {
  const checked = new Findings();
  checked.add(all.filter((finding) => !isSecret(finding)));
  checked.throwIfErrors(errorsByPlace);
  for (const finding of all) {
    const { message, location, level } = finding;
    const text = isSecret(finding) ? `${message}: the run takes it from the step` : message;
    if (level !== 'notice' || location !== undefined) report(text, location ?? { file: path }, findings);
  }
}

function isSecret({ code }: Finding): boolean {
  return code === 'secret-in-image';
}

function isParam(name: string): boolean {
  return /^[A-Za-z_][\w-]{0,62}$/.test(name);
}

function translatedWith(root: MapNode, varied: Names): Translation {
  const context = {
    params: new Map(),
    elsewhere: new Set<string>(),
    toRun: false,
    undefinedNames: 'error',
  } as const;
  return translate(root, varied.size === 0 ? context : { ...context, varied }, READING);
}

interface Command {
  readonly fields: Fields;
  /** Whether each run can have values of its own. */
  readonly isOpen: boolean;
}

/** With the params as placeholders, where no template computes with them. */
function commandOf(root: MapNode, baked: Translation, findings: Findings): Command {
  const searched = [...(baked.search?.values.keys() ?? [])];
  const names = [...new Set([...baked.names.keys(), ...searched])].filter(isParam);
  const open = translatedWith(root, new Map(names.map((name) => [name, str(`{{ ${name} }}`)])));
  const isOpen = !open.findings.some((finding) => finding.level === 'error' && !isSecret(finding));
  if (!isOpen)
    report(
      'a template computes with params: their values are fixed in the command, and it is one run',
      root.location,
      findings,
    );
  const words = plain(at((isOpen ? open : baked).root, ['command']) ?? root);
  const text = Array.isArray(words) ? String(words[2] ?? '') : undefined;
  if (text === undefined) return { fields: {}, isOpen };
  const known = new Set(isOpen ? names : []);
  const written = text.replace(/\{\{(?: ([\w-]+) \}\})?/g, (whole: string, name?: string) =>
    name !== undefined && known.has(name) ? whole : escapeBraces(whole),
  );
  const fields = isPlain(text, baked) ? { run: written } : { command: ['/bin/bash', '-c', written] };
  return { fields, isOpen };
}

/** Whether each of our shells does with it what theirs does: one command, and values without blanks. */
function isPlain(text: string, { names }: Translation): boolean {
  const words = text.replace(/\{\{ [\w-]+ \}\}/g, '');
  const values = [...names.values()].map(pythonText);
  return !/[\n|;&<>$`(){}*?#~!]/.test(words) && values.every((value) => /^[\w./:@%+-]*$/.test(value));
}

function imageOf(image: Fields, location: Location, findings: Findings): Fields {
  if (image['dockerfile'] !== undefined) return image;
  const { build, env, apt: _apt, requirements: _requirements, ...others } = image;
  const steps: ConvertedSteps = convertSteps(
    Array.isArray(build) ? build.filter((step) => typeof step === 'string') : [],
  );
  const { SHELL: _shell, ...variables } = isFields(env) ? env : {};
  if (steps.setup.length > 0)
    report(
      'steps from the first one that uses a file of the repository follow the code, in "setup"',
      location,
      findings,
    );
  return {
    ...others,
    requirements: steps.requirements ?? 'none',
    build: orNothing(steps.build),
    setup: orNothing(steps.setup),
    env: orNothing(variables),
  };
}
