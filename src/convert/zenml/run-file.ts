import type { Findings } from '../../findings.ts';
import { readMapping } from '../../jobspec/yaml/mapping.ts';
import { type Field, type Fields, orNothing } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import type { PyValue } from '../python/value.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { paramField } from '../values.ts';
import { memberAt, membersOf, yamlValue } from '../yaml-value.ts';
import { imageOf } from './docker.ts';
import { resourcesOf } from './resources.ts';
import { mergeSettings, reportComponents, type Settings } from './settings.ts';

/** A run configuration of ZenML, in YAML. */
export const zenmlFile: Converter = {
  recognises: ({ path, text }) => /\.ya?ml$/.test(path) && isRunFile(text),
  convert: convertRunFile,
};

function isRunFile(text: string): boolean {
  const hasSettings =
    /^(?:[ \t]+)?["']?settings["']?:/m.test(text) &&
    /^[ \t]+["']?(?:docker|resources|(?:orchestrator|step_operator|deployer)\.?\w*)["']?:/m.test(text);
  return hasSettings || /^(?:enable_cache|enable_artifact_metadata|enable_step_logs|run_name):/m.test(text);
}

function convertRunFile({ path, text }: ConvertSource, findings: Findings): Fields {
  const root = yamlValue(readMapping({ path, text }));
  const steps = [...membersOf(memberAt(root, ['steps'])).values()];
  const owners = [root, ...steps];
  const docker = mergeSettings(settingsOf(owners, 'docker'), findings);
  const { image, environment } = imageOf(docker, findings);
  for (const owner of owners) reportComponents(memberAt(owner, ['settings']), findings);
  reportKeys(root, '', findings);
  for (const [name, step] of membersOf(memberAt(root, ['steps'])))
    reportKeys(step, `steps.${name}.`, findings);
  const message =
    'run: this file does not name the program: write "run: python <the file that starts the pipeline>"';
  report(message, { file: path, line: 1, column: 1 }, findings);
  environment.addAll('environment', memberAt(root, ['environment']), findings);
  return {
    params: orNothing(paramsOf(memberAt(root, ['parameters']), findings)),
    ...environment.fields,
    image,
    ...resourcesOf(settingsOf(owners, 'resources'), findings),
  };
}

function settingsOf(owners: readonly PyValue[], key: string): readonly Settings[] {
  return owners.flatMap((owner) => {
    const value = memberAt(owner, ['settings', key]);
    return value === undefined ? [] : [membersOf(value)];
  });
}

function paramsOf(value: PyValue | undefined, findings: Findings): Readonly<Record<string, Field>> {
  const params: Record<string, Field> = {};
  for (const [name, item] of membersOf(value)) {
    const field = paramField(item);
    if (field === undefined) report(`parameters.${name}: it has no value`, item.at, findings);
    else params[name] = field;
  }
  return params;
}

const TAKEN = ['settings', 'steps', 'parameters', 'environment'];

const INSTEAD: Readonly<Record<string, string>> = {
  schedule: 'write "on: schedule" in the workflow',
  build: 'an image is found by its content',
  secrets: 'name the variables below "secrets": ZenML\'s own secrets stay on its server',
  step_operator: 'of a stack; choose the machine with "runs-on" or "backend"',
};

/** ZenML goes on reading the file when the pipeline runs with it. */
function reportKeys(owner: PyValue, prefix: string, findings: Findings): void {
  const taken = prefix === '' ? TAKEN : ['settings'];
  const others = [...membersOf(owner)].filter(([key]) => !taken.includes(key));
  const isElsewhere = (key: string): boolean => Object.hasOwn(INSTEAD, key);
  for (const [key, value] of others)
    if (isElsewhere(key)) report(`${prefix}${key}: ${INSTEAD[key]}`, value.at, findings);
  const staying = others.flatMap(([key]) => (isElsewhere(key) ? [] : [`${prefix}${key}`]));
  if (staying.length === 0) return;
  const keys = staying.join(', ').slice(0, LONGEST);
  report(`${keys}: ZenML's own, for as long as the pipeline reads this file`, owner.at, findings);
}

const LONGEST = 300;
