import { resolve } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { UserError } from '../errors.ts';
import { INPUT_DEFAULTS, type Inputs, type RegistryChoice } from '../inputs.ts';
import type { Reading } from '../spec/reading.ts';

export interface Call {
  readonly command: (typeof COMMANDS)[number][0];
  readonly inputs: Inputs;
}

interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  write(text: string): void;
}

interface Options {
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
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly check?: boolean;
  readonly into?: string;
}

const COMMANDS = [
  ['plan', 'say what would be built and run, and why; nothing is built', 'plan'],
  ['check', 'read the spec and say what is wrong with it; nothing is looked up or built', 'plan'],
  ['explain', 'say where every value of the job came from; nothing is looked up', 'plan'],
  ['lock', 'write jobimg.lock: digests of bases, versions and hashes of packages', 'plan'],
  ['build', 'make the image, or find it', 'image'],
  ['run', 'make the image, or find it, and run the job', 'run'],
  ['verify', 'make the image again without a cache, and compare it with what the registry holds', 'image'],
  ['shell', "open a shell in the job's image, with its environment and GPU", 'image'],
] as const;

/** Options that only one command has. */
const OWN_OPTIONS: Partial<Record<Call['command'], readonly (readonly [flags: string, meaning: string])[]>> =
  {
    lock: [['--check', 'write nothing, and say what is stale or missing']],
    verify: [['--into <repository>', 'build into this repository instead of beside the published image']],
  };

/** undefined after `--help` and `--version`; wrong words are a UserError of kind `usage`. */
export async function parseArguments(
  words: readonly string[],
  around: Surroundings,
): Promise<Call | undefined> {
  const { Command } = await import('commander');
  let call: Call | undefined;
  const program = outputTo(new Command('jobimg'), around)
    .description('From a job spec to a finished run, on an image whose digest anyone can reproduce.')
    .version(around.version)
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES);

  for (const [name, description, until] of COMMANDS) {
    const command = withOptions(outputTo(program.command(name), around).description(description));
    for (const [flags, meaning] of OWN_OPTIONS[name] ?? []) command.option(flags, meaning);
    command.action((options: Options) => {
      const inputs = inputsOf(options, until, around);
      call = { command: name, inputs: name === 'check' ? { ...inputs, check: true } : inputs };
    });
  }

  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UserError(error.message.replace(/^error: /, ''), { kind: 'usage', hint: 'see jobimg --help' });
  }
  return call;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 yours to mend (spec, rights, input), 2 wrong usage, 3 the build failed,
4 not available (registry, engine), 5 a bug; \`run\` exits with the job's own code.
Secrets and \`env: NAME: null\` are read from the environment.`;

/** Commander's own text for a mistake is left out: it is told once, as every other finding is. */
function outputTo(command: Command, { write }: Surroundings): Command {
  return command.exitOverride().configureOutput({ writeOut: write, writeErr: () => undefined });
}

function withOptions(command: Command): Command {
  return command
    .option('-C, --directory <folder>', 'the folder that holds the repository')
    .option(
      '--spec <file>',
      'the job spec; looked for when not given (polyaxonfiles: may be repeated)',
      collect,
      [],
    )
    .option('--no-strict', 'unknown keys of a file of another system are warnings')
    .option('--undefined <word>', 'what an undeclared name of a polyaxonfile is: "error" or "empty"', 'error')
    .option('--job <name>', 'the job, or "all"')
    .option(
      '--registry <repository>',
      'where images are kept, such as ghcr.io/acme/train, or "none" for the local engine',
    )
    .option('--param <name=value>', 'replace a parameter (may be repeated)', collect, [])
    .option('--override <key=value>', 'replace a value of the spec (may be repeated)', collect, [])
    .option('--input <name=address>', 'fetch an input from there for this run (may be repeated)', collect, [])
    .option('--defaults <file>', 'a spec whose keys are defaults below the own ones')
    .option('--tag <tag>', 'a moving tag, written after the content tag (may be repeated)', collect, [])
    .option('--builder <name>', 'an existing buildx builder')
    .option(
      '--cache-from <cache>',
      "a cache that buildx reads, in buildx's own words (may be repeated)",
      collect,
      [],
    )
    .option('--cache-to <cache>', 'a cache that buildx writes (may be repeated)', collect, [])
    .option('--rebuild', 'build again and replace what stands under the tag')
    .option('--here', 'run on this machine whatever the spec says')
    .option('--json', 'one JSON object on stdout, everything else on stderr')
    .option('--offline', 'ask no registry and no engine');
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function inputsOf(options: Options, until: Inputs['until'], { cwd, env }: Surroundings): Inputs {
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
    builder: options.builder,
    cacheFrom: options.cacheFrom,
    cacheTo: options.cacheTo,
    rebuild: options.rebuild ?? false,
    into: options.into,
    here: options.here ?? false,
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

function undefinedOf(word: string): Reading['undefinedNames'] {
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
