import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { builderOfMachine, INPUT_DEFAULTS, type Inputs, type RegistryChoice } from '../../inputs/inputs.ts';
import type { ReadingRules } from '../../inputs/reading.ts';

interface InputsContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What commander makes of the options; a list that the command does not have is undefined. */
export interface Options {
  readonly directory?: string;
  readonly spec: readonly string[];
  readonly strict: boolean;
  readonly undefined?: string;
  readonly job?: string;
  readonly registry?: string;
  readonly param: readonly string[];
  readonly override: readonly string[];
  readonly input: readonly string[];
  readonly defaults?: string;
  readonly data?: string;
  readonly tag?: readonly string[];
  readonly builder?: string;
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
  readonly rebuild?: boolean;
  readonly here?: boolean;
  readonly detach?: boolean;
  readonly untrusted?: boolean;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly check?: boolean;
  readonly cost?: boolean;
  readonly into?: string;
  readonly attest?: boolean;
  readonly record?: boolean;
  readonly provenance?: boolean;
  readonly sbom?: boolean;
  readonly dockerfile?: boolean;
}

/** What they ask for; the environment has the rest. */
export function inputsOf(options: Options, until: Inputs['until'], { cwd, env }: InputsContext): Inputs {
  return {
    ...INPUT_DEFAULTS,
    folder: resolve(cwd, options.directory ?? '.'),
    spec: options.spec,
    reading: { strict: options.strict, undefinedNames: undefinedOf(options.undefined) },
    job: jobOf(options.job),
    registry: registryOf(options.registry),
    until,
    params: pairs(options.param, '--param'),
    overrides: overridesOf(options),
    defaults: defaultsPath(options.defaults, { cwd, env }),
    data: options.data === undefined ? undefined : resolve(cwd, options.data),
    ...buildOptions(options),
    builder: options.builder ?? builderOfMachine(env),
    into: options.into,
    attest: options.attest === true,
    record: options.record === true,
    provenance: options.provenance === true,
    sbom: options.sbom === true,
    here: options.here === true,
    detach: options.detach === true,
    untrusted: options.untrusted === true,
    json: options.json ?? false,
    offline: options.offline ?? false,
    check: options.check ?? false,
    cost: costOf(options),
  };
}

/** What is given, else the file of the machine; an empty one is none. */
export function defaultsPath(given: string | undefined, { cwd, env }: InputsContext): string | undefined {
  const path = given ?? env['JOBIMG_DEFAULTS'];
  return path === undefined || path === '' ? undefined : resolve(cwd, path);
}

/** Of the commands that build. */
function buildOptions({
  tag = [],
  cacheFrom = [],
  cacheTo = [],
  rebuild = false,
}: Options): Pick<Inputs, 'tags' | 'cacheFrom' | 'cacheTo' | 'rebuild'> {
  return { tags: tag, cacheFrom, cacheTo, rebuild };
}

/** An input that is given is an override of its own. */
function overridesOf({ override, input }: Options): ReadonlyMap<string, string> {
  const inputs = [...pairs(input, '--input')].map(([name, from]) => [`inputs.${name}`, from] as const);
  return new Map([...pairs(override, '--override'), ...inputs]);
}

function costOf({ cost = false, offline = false }: Options): boolean {
  if (!cost || !offline) return cost;
  throw new UserError('--cost looks up what is there, and --offline forbids it', {
    kind: 'usage',
    hint: 'leave one of them out',
  });
}

function undefinedOf(word = 'error'): ReadingRules['undefinedNames'] {
  if (word === 'error' || word === 'empty') return word;
  throw new UserError(`--undefined "${word}" is not error or empty`, {
    kind: 'usage',
    hint: 'write --undefined empty, or leave it out',
  });
}

function jobOf(job: string | undefined): Inputs['job'] {
  if (job === undefined) return undefined;
  return job === 'all' ? { kind: 'all' } : { kind: 'named', name: job };
}

function registryOf(text: string | undefined): RegistryChoice {
  if (text === undefined || text === '' || text === 'auto') return { kind: 'auto' };
  return text === 'none' ? { kind: 'none' } : { kind: 'repository', text };
}

function pairs(words: readonly string[], option: string): ReadonlyMap<string, string> {
  return new Map(words.map((word) => pair(word, option)));
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '--override': 'timeout=2h',
  '--input': 'data=https://example.com/train.csv',
};

function pair(word: string, option: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new UserError(`${option} "${word}" is not name=value`, {
    kind: 'usage',
    hint: `write ${option} ${EXAMPLES[option] ?? 'lr=0.1'}`,
  });
}
