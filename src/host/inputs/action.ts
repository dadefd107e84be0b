import { resolve } from 'node:path';
import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import {
  builderOfMachine,
  defaultsOfMachine,
  INPUT_DEFAULTS,
  type Inputs,
  type RegistryChoice,
  type Tristate,
} from '../../inputs/inputs.ts';
import type { ReadingRules } from '../../inputs/reading.ts';
import { workspaceFolder } from '../../io/fs/folders.ts';
import { didYouMean } from '../../jobspec/values/suggest.ts';

/** The inputs of `action.yml`, by its names. */
export const ACTION_INPUTS = [
  'spec',
  'strict',
  'undefined',
  'job',
  'working-directory',
  'registry',
  'registry-auth',
  'check',
  'comment',
  'push',
  'dispatch',
  'params',
  'overrides',
  'defaults',
  'data',
  'tags',
  'rebuild',
  'builder',
  'keep-builder',
  'cache-from',
  'cache-to',
  'detach',
  'artifact',
  'record',
  'provenance',
  'sbom',
  'attest',
  'summary',
  'github-token',
  'job-index',
] as const;

type InputName = (typeof ACTION_INPUTS)[number];
type Variables = Readonly<Record<string, string | undefined>>;

export interface InputsRead {
  readonly inputs: Inputs;
  /** Inputs that nobody knows. */
  readonly findings: readonly Finding[];
}

/** The action's inputs as the runner hands them over, each read once; everything that is wrong is reported at once. */
export function readInputs(env: Variables, known: readonly string[] = ACTION_INPUTS): InputsRead {
  const wrong = new Findings();
  const reader = createReader(env, wrong);
  const check = reader.flag('check', false);
  const inputs: Inputs = {
    ...INPUT_DEFAULTS,
    spec: reader.lines('spec'),
    reading: readingOf(reader),
    job: jobOf(reader.text('job')),
    folder: resolve(workspaceFolder(env), reader.text('working-directory') ?? '.'),
    registry: registryOf(reader.text('registry')),
    registryAuth: reader.text('registry-auth'),
    githubToken: reader.text('github-token'),
    until: check ? 'plan' : 'run',
    check,
    // Of a pull request it is known what it is compared with.
    cost: check && env['GITHUB_EVENT_NAME'] === 'pull_request',
    comment: reader.flag('comment', false),
    push: reader.tristate('push'),
    dispatch: reader.tristate('dispatch'),
    params: reader.pairs('params'),
    overrides: reader.pairs('overrides'),
    defaults: reader.text('defaults') ?? defaultsOfMachine(env, wrong),
    data: reader.text('data'),
    tags: reader.tags('tags'),
    rebuild: reader.flag('rebuild', false),
    keepBuilder: reader.flag('keep-builder', true),
    builder: reader.text('builder') ?? builderOfMachine(env),
    cacheFrom: reader.lines('cache-from'),
    cacheTo: reader.lines('cache-to'),
    detach: reader.flag('detach', false),
    artifact: reader.flag('artifact', false),
    record: reader.flag('record', false),
    provenance: reader.flag('provenance', false),
    sbom: reader.flag('sbom', false),
    attest: reader.flag('attest', false),
    summary: reader.flag('summary', true),
  };
  wrong.throwIfErrors();
  const findings = new Findings();
  warnOfUnknown(env, known, findings);
  return { inputs, findings: findings.all };
}

function readingOf(reader: Reader): ReadingRules {
  const strict = reader.flag('strict', true);
  return { strict, undefinedNames: reader.choice('undefined', ['error', 'empty']) };
}

interface Reader {
  text(name: InputName): string | undefined;
  flag(name: InputName, otherwise: boolean): boolean;
  tristate(name: InputName): Tristate;
  /** The first of the words when none is given. */
  choice<W extends string>(name: InputName, words: readonly [W, ...W[]]): W;
  lines(name: InputName): readonly string[];
  tags(name: InputName): readonly string[];
  pairs(name: InputName): ReadonlyMap<string, string>;
}

function createReader(env: Variables, findings: Findings): Reader {
  const refuse = (name: InputName, message: string, hint: string): void =>
    findings.error('input', `input \`${name}\`: ${message}`, { hint });

  /** An input that was not given is an empty text, and so is one that passes on an unset value: both are absent. */
  const text = (name: InputName): string | undefined => env[variableOf(name)]?.trim() || undefined;

  const tristate = (name: InputName): Tristate => {
    const value = text(name);
    if (value === undefined || value === 'auto') return 'auto';
    const flag = BOOLEANS.get(value);
    if (flag !== undefined) return flag ? 'yes' : 'no';
    refuse(name, `"${value}" is not auto, true or false`, 'write auto, true or false');
    return 'auto';
  };

  const flag = (name: InputName, otherwise: boolean): boolean => {
    const value = text(name);
    if (value === undefined) return otherwise;
    const read = BOOLEANS.get(value);
    if (read === undefined) refuse(name, `"${value}" is not true or false`, 'write true or false');
    return read ?? otherwise;
  };

  const choice = <W extends string>(name: InputName, words: readonly [W, ...W[]]): W => {
    const value = text(name);
    const found = words.find((word) => word === value);
    const list = words.join(' or ');
    if (value !== undefined && found === undefined)
      refuse(name, `"${value}" is not ${list}`, `write ${list}`);
    return found ?? words[0];
  };

  const lines = (name: InputName): readonly string[] =>
    (text(name) ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));

  return {
    text,
    flag,
    tristate,
    choice,
    lines,
    tags(name) {
      const tags = lines(name).flatMap((line) => line.split(',').map((tag) => tag.trim()));
      for (const tag of tags.filter((one) => !TAG.test(one))) {
        refuse(
          name,
          `"${tag}" is not a tag`,
          'letters, digits, "_", "." and "-", at most 128, not "." or "-" first',
        );
      }
      return tags;
    },
    pairs(name) {
      const wrong = lines(name).filter((line) => !PAIR.test(line));
      for (const line of wrong) refuse(name, `"${line}" is not key=value`, 'write one key=value to a line');
      return new Map(
        lines(name).map((line) => [line.replace(/\s*=[\s\S]*$/, ''), line.replace(/^[^=]*=\s*/, '')]),
      );
    },
  };
}

/** Exactly what YAML 1.2 calls a boolean, as `core.getBooleanInput` has it. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);
const TAG = /^\w[\w.-]{0,127}$/;
const PAIR = /^[^=\s][^=]*=/;

/** As the runner names them: upper case, blanks as `_`, hyphens kept. */
function variableOf(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

function warnOfUnknown(env: Variables, names: readonly string[], findings: Findings): void {
  const known = new Set(names.map(variableOf));
  const unknown = Object.keys(env).filter((name) => name.startsWith('INPUT_') && !known.has(name));
  for (const variable of unknown) {
    const name = variable.slice('INPUT_'.length).toLowerCase();
    const hint = didYouMean(name, names) ?? `inputs are ${names.join(', ')}`;
    findings.warning('unknown-input', `there is no input "${name}"`, { hint });
  }
}

function jobOf(job: string | undefined): Inputs['job'] {
  if (job === undefined) return undefined;
  return job === 'all' ? { kind: 'all' } : { kind: 'named', name: job };
}

function registryOf(text: string | undefined): RegistryChoice {
  if (text === undefined || text === 'auto') return { kind: 'auto' };
  return text === 'none' ? { kind: 'none' } : { kind: 'repository', text };
}
