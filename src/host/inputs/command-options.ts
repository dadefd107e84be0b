import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../errors.ts';
import { builderOfMachine, INPUT_DEFAULTS, type Inputs, type RegistryChoice } from '../../inputs/inputs.ts';
import type { ReadingRules } from '../../inputs/reading.ts';

interface InputsContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What commander makes of the options. */
export interface Options {
  readonly directory?: string;
  readonly spec: readonly string[];
  readonly strict: boolean;
  readonly undefined: string;
  readonly job?: string;
  readonly registry?: string;
  readonly param: readonly string[];
  readonly override: readonly string[];
  readonly input: readonly string[];
  readonly defaults?: string;
  readonly tag: readonly string[];
  readonly builder?: string;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly rebuild?: boolean;
  readonly here?: boolean;
  readonly detach?: boolean;
  readonly untrusted?: boolean;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly check?: boolean;
  readonly into?: string;
}

/** The options of every command that reads a spec. */
export function withOptions(command: Command): Command {
  return command
    .option('-C, --directory <folder>', 'the folder that holds the repository')
    .option(
      '--spec <file>',
      'the job spec; searched for when not given (may be repeated for polyaxonfiles)',
      collect,
      [],
    )
    .option('--no-strict', 'unknown keys of a file of another system are warnings')
    .option(
      '--undefined <word>',
      'what an undeclared name in a polyaxonfile means: "error" or "empty"',
      'error',
    )
    .option('--job <name>', 'the job, or "all"')
    .option(
      '--registry <repository>',
      'where images are kept, such as ghcr.io/acme/train, or "none" for the local engine',
    )
    .option('--param <name=value>', 'replace a parameter (may be repeated)', collect, [])
    .option('--override <key=value>', 'replace a value of the spec (may be repeated)', collect, [])
    .option(
      '--input <name=address>',
      'fetch an input from this address for this run (may be repeated)',
      collect,
      [],
    )
    .option('--defaults <file>', 'a spec whose keys are defaults for the job spec')
    .option('--tag <tag>', 'a moving tag, written after the content tag (may be repeated)', collect, [])
    .option(
      '--builder <name>',
      'an existing buildx builder, instead of the current one or one that jobimg creates',
    )
    .option(
      '--cache-from <cache>',
      "a cache that buildx reads, in buildx's own syntax (may be repeated)",
      collect,
      [],
    )
    .option('--cache-to <cache>', 'a cache that buildx writes (may be repeated)', collect, [])
    .option('--rebuild', 'build again and replace the image under the tag')
    .option('--detach', 'leave as soon as the run is started')
    .option('--here', 'run on this machine whatever the spec says')
    .option(
      '--untrusted',
      'the code is not trusted: plan it, use no credentials, and build, push and run nothing',
    )
    .option('--json', 'one JSON object on stdout, everything else on stderr')
    .option('--offline', 'contact no registry and no engine');
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

/** What they ask for; the environment has the rest. */
export function inputsOf(options: Options, until: Inputs['until'], { cwd, env }: InputsContext): Inputs {
  const defaults = options.defaults ?? env['JOBIMG_DEFAULTS'];
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
    defaults: defaults === undefined || defaults === '' ? undefined : resolve(cwd, defaults),
    tags: options.tag,
    builder: options.builder ?? builderOfMachine(env),
    cacheFrom: options.cacheFrom,
    cacheTo: options.cacheTo,
    rebuild: options.rebuild ?? false,
    into: options.into,
    here: options.here === true,
    detach: options.detach === true,
    untrusted: options.untrusted === true,
    json: options.json ?? false,
    offline: options.offline ?? false,
    check: options.check ?? false,
  };
}

/** An input that is given is an override of its own. */
function overridesOf({ override, input }: Options): ReadonlyMap<string, string> {
  const inputs = [...pairs(input, '--input')].map(([name, from]) => [`inputs.${name}`, from] as const);
  return new Map([...pairs(override, '--override'), ...inputs]);
}

function undefinedOf(word: string): ReadingRules['undefinedNames'] {
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

function pair(word: string, option: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new UserError(`${option} "${word}" is not name=value`, {
    kind: 'usage',
    hint: `write ${option} lr=0.1`,
  });
}
