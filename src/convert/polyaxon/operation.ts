import type { Findings } from '../../findings.ts';
import { mergeKeys } from '../../jobspec/formats/python/merge-keys.ts';
import { jobNameOf } from '../../jobspec/values/names.ts';
import { readMapping } from '../../jobspec/yaml/mapping.ts';
import { type Field, type Fields, orNothing, Written } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { numberOf, type PyValue, scalarOf, shown } from '../python/value.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { memberAt, membersOf, yamlValue } from '../yaml-value.ts';
import { containerFields } from './container.ts';
import { paramsOf } from './inputs.ts';
import { matrixOf } from './matrix.ts';
import { Texts } from './texts.ts';

const LATER =
  /^["']?version["']?: *["']?(?:1\.\d|[2-9])|^["']?kind["']?: *["']?(?:component|operation|compiled_operation)\b/m;
const CONTAINER = /^["']?(?:component|run)["']?:[\s\S]*^[ \t]+["']?container["']?:/m;

/** A polyaxonfile of version 1.1, of which version 1 has other keys: https://polyaxon.com/docs/core/specification/ */
export const polyaxonLater: Converter = {
  recognises: ({ text }) => LATER.test(text) || CONTAINER.test(text),
  convert: convertOperation,
};

function convertOperation({ path, text }: ConvertSource, findings: Findings): Fields {
  const root = yamlValue(mergeKeys(readMapping({ path, text })));
  const component = memberAt(root, ['component']) ?? root;
  const run = memberAt(component, ['run']) ?? memberAt(root, ['run']);
  const [kind, container] = containerOf(run, findings);
  reportReferences(root, findings);
  const matrix = matrixOf(memberAt(root, ['matrix']), findings);
  const declared = paramsOf(component, root, findings);
  const open = matrix.strategy === undefined ? matrix.names : [];
  const params = { ...declared, fields: { ...requiredParams(open), ...declared.fields } };
  const known = new Set([...Object.keys(params.fields), ...matrix.names]);
  const texts = new Texts(known, params.values, findings);
  for (const [key, value] of [...membersOf(root), ...(component === root ? [] : membersOf(component))])
    reportKey(key, value, findings);
  reportRun(kind, run, findings);
  const name = scalarOf(memberAt(root, ['name']) ?? memberAt(component, ['name']));
  return {
    name: name === undefined ? undefined : jobNameOf(name),
    params: orNothing(params.fields),
    strategy: matrix.strategy,
    ...containerFields({ container, init: memberAt(run, ['init']), texts }, findings),
    ...terminationFields(memberAt(root, ['termination']) ?? memberAt(component, ['termination'])),
  };
}

/** What a search varied, each run is given. */
function requiredParams(names: readonly string[]): Readonly<Record<string, Field>> {
  return Object.fromEntries(names.map((name) => [name, { type: 'string', required: true }]));
}

/** Kinds that have several containers: the one whose command is the program. */
const PROGRAMS = ['container', 'chief', 'master', 'launcher', 'head', 'driver', 'worker', 'executor'];

function containerOf(run: PyValue | undefined, findings: Findings): readonly [string, PyValue | undefined] {
  const kind = scalarOf(memberAt(run, ['kind'])) ?? 'job';
  const name = PROGRAMS.find((one) => memberAt(run, [one]) !== undefined);
  const found = name === undefined ? undefined : memberAt(run, [name]);
  if (run !== undefined && name !== undefined && name !== 'container')
    report(
      `run.kind "${kind}": a job runs on one machine, with the container of "${name}"`,
      run.at,
      findings,
    );
  return [kind, name === 'container' ? found : memberAt(found, ['container'])];
}

const REFERENCES = ['hubRef', 'pathRef', 'urlRef', 'dagRef'];

/** What another file describes cannot be read from this one. */
function reportReferences(root: PyValue, findings: Findings): void {
  for (const key of REFERENCES) {
    const value = memberAt(root, [key]);
    if (value !== undefined)
      report(
        `${key} "${shown(value)}": convert that file, and add what this one changes`,
        value.at,
        findings,
      );
  }
}

function reportRun(kind: string, run: PyValue | undefined, findings: Findings): void {
  if (run === undefined) return;
  if (kind === 'service')
    report('run.kind "service": a job ends; for a shell in its image use `jobimg shell`', run.at, findings);
  if (kind === 'dag')
    report(
      'run.kind "dag": convert each operation, and order them in the workflow with "needs"',
      run.at,
      findings,
    );
  for (const [key, instead] of Object.entries(OF_RUN)) {
    const value = memberAt(run, [key]);
    if (value !== undefined && value.kind !== 'none') report(`run.${key}: ${instead}`, value.at, findings);
  }
}

const OF_RUN: Readonly<Record<string, string>> = {
  environment: 'of the cluster; choose the machine with "runs-on", or give "backend: { kubernetes: … }"',
  connections: 'name the variables of a connection below "secrets", and its data below "inputs" or "mounts"',
  volumes: 'write "mounts"',
  sidecars: 'a job is one container',
  ports: 'a job serves nothing',
  rewritePath: 'a job serves nothing',
  replicas: 'a job runs on one machine',
};

const SILENT = [
  ...[
    'version',
    'kind',
    'name',
    'description',
    'tags',
    'inputs',
    'params',
    'matrix',
    'run',
    'component',
    'termination',
  ],
  ...['isApproved', ...REFERENCES],
];

const INSTEAD: Readonly<Record<string, string>> = {
  queue: 'choose the machine with "runs-on"',
  presets: 'put what they say into a defaults file',
  schedule: 'write "on: schedule" in the workflow',
  cache: 'a job is run when it is started',
  hooks: 'write steps of the workflow that run after the job',
  events: 'start the workflow by the event',
  dependencies: 'order jobs in the workflow with "needs"',
  joins: 'pass results on in the workflow',
  outputs: 'name files and folders that come back below "outputs"',
  plugins: 'they are of Polyaxon',
  build: 'describe the image below "image"',
  patchStrategy: 'write the whole value',
  runPatch: 'write the values into the job',
  template: 'fill its values in',
  contexts: 'they are of Polyaxon',
  cost: 'they are of Polyaxon',
  namespace: 'write "backend: { kubernetes: { namespace: … } }"',
};

function reportKey(key: string, value: PyValue, findings: Findings): void {
  if (SILENT.includes(key) || value.kind === 'none') return;
  const instead = Object.hasOwn(INSTEAD, key) ? INSTEAD[key] : 'there is nothing like it in a job';
  report(`${key}: ${instead}`, value.at, findings);
}

/** Restarts of Polyaxon follow what failed by itself, too. */
function terminationFields(termination: PyValue | undefined): Fields {
  const seconds = numberOf(memberAt(termination, ['timeout']));
  const retries = numberOf(memberAt(termination, ['maxRetries'])) ?? 0;
  return {
    timeout: seconds === undefined ? undefined : new Written(`${seconds}s`),
    retry: retries > 0 ? { max: retries, on: ['interruption', 'error'] } : undefined,
  };
}
