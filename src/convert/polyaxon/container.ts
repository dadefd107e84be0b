import type { Findings } from '../../findings.ts';
import { holdsPassword } from '../../jobspec/values/names.ts';
import { type Field, type Fields, orNothing } from '../draft/fields.ts';
import { OF_STEP } from '../environment.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf, shown } from '../python/value.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import { dockerfileOf } from './dockerfile.ts';
import { resourcesOf } from './resources.ts';
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
    else if (isSecret(name, item, findings)) secrets.push(name);
    else if (text !== undefined) env[name] = texts.text(text, item.at);
    else
      report(
        `container.env.${name}: its value is not in the file; "env: { ${name}: null }" takes that of the step`,
        item.at,
        findings,
      );
  }
  return { env, secrets };
}

function isSecret(name: string, item: PyValue, findings: Findings): boolean {
  const hasPassword = holdsPassword(scalarOf(memberAt(item, ['value'])) ?? '');
  if (hasPassword) report(`container.env.${name}: ${OF_STEP}`, item.at, findings);
  return hasPassword || memberAt(item, ['valueFrom', 'secretKeyRef']) !== undefined;
}
