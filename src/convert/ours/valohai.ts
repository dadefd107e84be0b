import { Findings } from '../../findings.ts';
import { errorsByPlace } from '../../jobspec/findings/findings.ts';
import { readFile } from '../../jobspec/formats/valohai/file.ts';
import { valohai } from '../../jobspec/formats/valohai/index.ts';
import { joinCommands } from '../../jobspec/formats/valohai/step/command.ts';
import type { Step } from '../../jobspec/formats/valohai/step/step.ts';
import { translate } from '../../jobspec/formats/valohai/translate.ts';
import { holdsPassword, looksSecret } from '../../jobspec/values/names.ts';
import { type Field, type Fields, isFields, orNothing } from '../draft/fields.ts';
import { OF_STEP } from '../environment.ts';
import { report } from '../not-converted.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { fieldOf, fieldsOf } from './nodes.ts';
import { commandTexts, paramsOf } from './valohai-command.ts';

/** A valohai.yaml, which is read as it is: the same as a jobimg.yml. */
export const valohaiFile: Converter = {
  recognises: ({ path, text }) =>
    valohai.fileNames.includes(path.slice(path.lastIndexOf('/') + 1)) ||
    valohai.recognises?.(text, path) === true,
  convert: convertFile,
};

function convertFile({ path, text }: ConvertSource, findings: Findings): Fields {
  const file = readFile({ path, text, format: 'valohai' }, { strict: false, undefinedNames: 'error' });
  const own = new Findings();
  own.add(file.findings);
  const jobs = new Map([...file.steps].map(([name, step]) => [name, jobOf(step, own, findings)]));
  own.throwIfErrors(errorsByPlace);
  report(NOT_SET, { file: path }, findings);
  for (const { message, location, hint } of own.all)
    report(hint === undefined ? message : `${message}; ${hint}`, location ?? { file: path }, findings);
  for (const [name, { step, strategy }] of file.tasks) {
    const base = jobs.get(step);
    const free = jobs.has(name) ? `${name}-task` : name;
    if (base !== undefined) jobs.set(free, { ...base, strategy: fieldOf(strategy) });
  }
  const [[name, only] = ['', {}]] = jobs;
  return jobs.size === 1 ? { name, ...only } : { jobs: Object.fromEntries(jobs) };
}

/** Variables that tell where Valohai puts things. */
const FOLDERS = ['VH_REPOSITORY_DIR', 'VH_INPUTS_DIR', 'VH_OUTPUTS_DIR'];
/** Programs read them without a word in the file, so that it is said of each file. */
const NOT_SET =
  'VH_OUTPUTS_DIR and its like are not set, and /valohai/outputs does not come back: have the code write to outputs/';

function jobOf(step: Step, own: Findings, findings: Findings): Fields {
  own.add(step.findings);
  const { env, secrets, ...fields } = fieldsOf(translate(step, own));
  const { location } = step.node;
  const variables = Object.entries(isFields(env) ? env : {}).filter(([name]) => !FOLDERS.includes(name));
  const hidden = new Map(variables.flatMap(([name, text]) => whyHidden(name, text)));
  for (const [name, why] of hidden) report(`step "${step.name}": ${name}: ${why}`, location, findings);
  const texts = commandTexts(step, findings);
  const joined = joinCommands(texts);
  const usesFolders = /\/valohai\//.test(joined);
  if (usesFolders)
    report(
      `step "${step.name}": instead of /valohai/… the code is in the work directory, inputs in /inputs/<name>/, and what is written to outputs/ comes back`,
      location,
      findings,
    );
  const isScript = joined.startsWith('#!');
  return {
    ...fields,
    ...(isScript
      ? { command: [...step.interpreter, joined] }
      : { run: texts.length === 1 ? texts[0] : [...texts] }),
    params: orNothing(paramsOf(step)),
    env: orNothing(Object.fromEntries(variables.filter(([name]) => !hidden.has(name)))),
    secrets: orNothing({
      ...(isFields(secrets) ? secrets : {}),
      ...Object.fromEntries([...hidden.keys()].map((name) => [name, { required: true }])),
    }),
    inputs: orNothing(inputsOf(step, findings)),
  };
}

/** Why a variable is a secret of the run, if its value may stand in no file. */
function whyHidden(name: string, text: Field | undefined): readonly (readonly [string, string])[] {
  if (typeof text !== 'string' || text === '') return [];
  if (holdsPassword(text)) return [[name, OF_STEP]];
  return looksSecret(name) ? [[name, 'it looks like a secret, so that the run takes it from the step']] : [];
}

function inputsOf({ fields, node, name: step }: Step, findings: Findings): Readonly<Record<string, Field>> {
  const inputs: Record<string, Field> = {};
  for (const { name, default: written } of fields.inputs ?? []) {
    const source = onlySource(written);
    if (source !== undefined) inputs[name] = source;
    else
      report(
        `step "${step}": input "${name}": give one address (https) or a path of the repository below "inputs"`,
        node.location,
        findings,
      );
  }
  if ((fields.mounts ?? []).length > 0)
    report(`step "${step}": mounts are given below "mounts"`, node.location, findings);
  return inputs;
}

/** An address that is fetched, or a path of the repository; the stores of Valohai and of clouds are neither. */
function onlySource(written: string | readonly string[] | undefined): string | undefined {
  const [only, ...others] = [written ?? []].flat();
  const isSource = only !== undefined && (/^https?:\/\//.test(only) || !/^[\w+.-]+:/.test(only));
  return isSource && others.length === 0 ? only : undefined;
}
