import type { Findings } from '../../findings.ts';
import { type Field, type Fields, orNothing, Written } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf, shown } from '../python/value.ts';
import { namesField, textsField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import type { Texts } from './texts.ts';

interface ContainerSource {
  readonly container: PyValue | undefined;
  readonly init: PyValue | undefined;
  readonly texts: Texts;
}

const TAKEN = ['image', 'command', 'args', 'env', 'resources', 'workingDir', 'name', 'imagePullPolicy'];

/** The container of a run: what it starts, in which image, on what machine. */
export function containerFields(source: ContainerSource, findings: Findings): Fields {
  const { container, texts } = source;
  for (const [key, value] of membersOf(container)) {
    if (!TAKEN.includes(key))
      report(`container.${key}: there is nothing like it in a job`, value.at, findings);
  }
  reportWorkingDir(memberAt(container, ['workingDir']), findings);
  const words = [
    ...texts.words(memberAt(container, ['command'])),
    ...texts.words(memberAt(container, ['args'])),
  ];
  const { env, secrets } = environmentOf(memberAt(container, ['env']), texts, findings);
  return {
    command: words.length === 0 ? undefined : words,
    env: orNothing(env),
    secrets: orNothing(secrets),
    image: imageOf(source, findings),
    ...resourcesOf(memberAt(container, ['resources']), findings),
  };
}

/** The folder of the artifacts, or one below it for the code, is the work directory. */
function reportWorkingDir(value: PyValue | undefined, findings: Findings): void {
  const text = scalarOf(value);
  if (value === undefined || text === undefined) return;
  if (/^\{\{\s*(?:globals\.)?(?:run_)?artifacts_path\s*\}\}(?:\/[\w.-]+)?\/?$/.test(text)) return;
  report(
    `container.workingDir "${text}": the code is in the work directory; for a folder in it begin the command there`,
    value.at,
    findings,
  );
}

function imageOf({ container, init, texts }: ContainerSource, findings: Findings): Field | undefined {
  const items = init?.kind === 'list' ? init.items : [];
  let built: Fields | undefined;
  for (const item of items) built = builtBy(item, texts, findings) ?? built;
  if (built !== undefined) return built;
  const image = memberAt(container, ['image']);
  return image === undefined ? undefined : texts.filled(scalarOf(image) ?? '', image.at);
}

const INIT: Readonly<Record<string, string>> = {
  artifacts: 'give the addresses below "inputs"',
  paths: 'files of the repository are there; others go below "inputs" or "mounts"',
  file: 'commit the file to the repository',
  tensorboard: 'start TensorBoard on the outputs that come back',
  lineageRef: 'give the address below "inputs"',
  artifactRef: 'give the address below "inputs"',
  modelRef: 'give the address below "inputs"',
  connection: 'name its variables below "secrets", and its data below "inputs" or "mounts"',
  container: "a job is one container: put its command before the job's own",
};

/** The image of an `init.dockerfile`; of other items it is told what they are here. */
function builtBy(item: PyValue, texts: Texts, findings: Findings): Fields | undefined {
  let built: Fields | undefined;
  for (const [key, value] of membersOf(item)) {
    if (key === 'dockerfile') built = dockerfileOf(value, texts, findings);
    else if (key === 'git') reportGit(value, findings);
    else if (Object.hasOwn(INIT, key)) report(`init.${key}: ${INIT[key]}`, value.at, findings);
  }
  return built;
}

function reportGit(value: PyValue, findings: Findings): void {
  const url = memberAt(value, ['url']);
  const revision = memberAt(value, ['revision']);
  const ref = revision === undefined ? '' : ` with "ref: ${shown(revision)}"`;
  if (url !== undefined)
    report(
      `init.git "${shown(url)}": the job has the repository of the workflow; check that one out${ref}`,
      url.at,
      findings,
    );
  else if (revision !== undefined) report(`init.git: check out the repository${ref}`, revision.at, findings);
}

const OF_DOCKERFILE = [
  'image',
  'run',
  'env',
  'langEnv',
  'workdir',
  'uid',
  'gid',
  'username',
  'filename',
  'name',
];

function dockerfileOf(value: PyValue, texts: Texts, findings: Findings): Fields {
  for (const [key, other] of membersOf(value)) {
    if (!OF_DOCKERFILE.includes(key))
      report(`init.dockerfile.${key}: the code is copied as a whole, and last`, other.at, findings);
  }
  const base = memberAt(value, ['image']);
  const uid = scalarOf(memberAt(value, ['uid']));
  const gid = scalarOf(memberAt(value, ['gid']));
  return {
    base: base === undefined ? undefined : texts.filled(scalarOf(base) ?? '', base.at),
    build: orNothing(textsField('init.dockerfile.run', memberAt(value, ['run']), findings)),
    env: orNothing(namesField('init.dockerfile.env', pairsOf(memberAt(value, ['env'])), findings)),
    lang: scalarOf(memberAt(value, ['langEnv'])),
    workdir: scalarOf(memberAt(value, ['workdir'])),
    user: uid === undefined ? undefined : [uid, ...(gid === undefined ? [] : [gid])].join(':'),
  };
}

/** Lists of two are pairs as well. */
function pairsOf(value: PyValue | undefined): PyValue | undefined {
  if (value?.kind !== 'list') return value;
  const entries = value.items.flatMap((item) => {
    const [key, one] = item.kind === 'list' ? item.items : [];
    return key === undefined || one === undefined ? [] : [[key, one] as const];
  });
  return { kind: 'dict', entries, at: value.at };
}

interface Environment {
  readonly env: Readonly<Record<string, Field>>;
  readonly secrets: readonly string[];
}

function environmentOf(value: PyValue | undefined, texts: Texts, findings: Findings): Environment {
  const env: Record<string, Field> = {};
  const secrets: string[] = [];
  for (const item of value?.kind === 'list' ? value.items : []) {
    const name = scalarOf(memberAt(item, ['name']));
    const text = scalarOf(memberAt(item, ['value']));
    if (name === undefined) report('container.env: an item has no name', item.at, findings);
    else if (text !== undefined) env[name] = texts.text(text, item.at);
    else if (memberAt(item, ['valueFrom', 'secretKeyRef']) !== undefined) secrets.push(name);
    else
      report(
        `container.env.${name}: its value is not in the file; "env: { ${name}: null }" takes that of the step`,
        item.at,
        findings,
      );
  }
  return { env, secrets };
}

const DEVICES: Readonly<Record<string, string>> = {
  'nvidia.com/gpu': 'nvidia',
  'amd.com/gpu': 'amd',
  'gpu.intel.com/i915': 'intel',
};

/** Of requests and limits the limits, as Kubernetes counts them. */
function resourcesOf(value: PyValue | undefined, findings: Findings): Fields {
  const all = new Map([
    ...membersOf(memberAt(value, ['requests'])),
    ...membersOf(memberAt(value, ['limits'])),
  ]);
  const fields: Record<string, Field | undefined> = {};
  for (const [key, amount] of all) {
    const text = scalarOf(amount) ?? '';
    const vendor = Object.hasOwn(DEVICES, key) ? DEVICES[key] : undefined;
    if (key === 'cpu') fields['cpu'] = cpuOf(text);
    else if (key === 'memory') fields['memory'] = sizeOf(text);
    else if (key === 'ephemeral-storage') fields['disk'] = sizeOf(text);
    else if (vendor === undefined)
      report(`resources.${key}: there is nothing like it in a job`, amount.at, findings);
    else if (!/^0+$/.test(text))
      fields['gpu'] = vendor === 'nvidia' ? countOf(text) : { count: countOf(text), vendor };
  }
  return fields;
}

function countOf(text: string): Field {
  return /^\d+$/.test(text) ? new Written(text) : text;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function cpuOf(text: string): Field {
  const [, milli] = /^(\d{1,9})m$/.exec(text) ?? [];
  const number = milli === undefined ? text : String(Number(milli) / 1000);
  return /^\d+(?:\.\d+)?$/.test(number) ? new Written(number) : text;
}

function sizeOf(text: string): string {
  const [, number = '', unit = ''] = /^([\d.]+)([KMGT]i?|k)?$/.exec(text) ?? [];
  if (number === '') return text;
  return unit === '' ? `${Number(number) / 1e3}KB` : `${number}${unit.toUpperCase().replace('I', 'i')}B`;
}
