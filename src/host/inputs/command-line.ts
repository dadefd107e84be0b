import { type Command, CommanderError } from 'commander';
import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { type ArtifactCall, addArtifactCommands } from './artifact-commands.ts';
import { inputsOf, type Options, withOptions } from './command-options.ts';
import { type FitCall, fitCommand } from './fit-command.ts';
import { addPruneCommand, addRecordsCommand, type PruneCall, type RecordsCall } from './record-commands.ts';
import { addRunCommands, type RunsCall } from './run-commands.ts';

/** The commands that read a spec. */
export type SpecCommand = (typeof COMMANDS)[number][0];

export type Call =
  | { readonly command: SpecCommand; readonly inputs: Inputs }
  | PruneCall
  | RecordsCall
  | FitCall
  | RunsCall
  | ArtifactCall
  /** `run` is its id; undefined: they are listed. */
  | { readonly command: 'stop'; readonly run: string | undefined }
  | ConvertCall;

/** What is converted is no spec of ours: it has no options of those. */
export interface ConvertCall {
  readonly command: 'convert';
  /** A file, or a command line. */
  readonly words: readonly string[];
  /** undefined: stdout. */
  readonly output?: string | undefined;
  /** Whether a file that is there is replaced. */
  readonly force?: boolean | undefined;
}

interface ArgumentsContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  write(text: string): void;
}

const COMMANDS = [
  ['plan', 'show what would be built and run, and why; nothing is built', 'plan'],
  ['check', 'read the spec and report what is wrong with it; nothing is looked up or built', 'plan'],
  ['explain', 'show where every value of the job comes from; nothing is looked up', 'plan'],
  ['lock', 'write jobimg.lock: digests of bases, versions and hashes of packages', 'plan'],
  ['build', 'find the image or build it', 'image'],
  ['run', 'find the image or build it, and run the job', 'run'],
  ['verify', 'build the image again without a cache, and compare it with what the registry holds', 'image'],
  ['shell', "open a shell in the job's image, with its environment and GPU", 'image'],
] as const;

/** What is pushed beside an image, about it. */
const IMAGE_OPTIONS: readonly (readonly [string, string])[] = [
  ['--provenance', 'push beside each image that is built how it was built (SLSA)'],
  ['--sbom', 'push beside each image what packages it has (SPDX)'],
];

/** Options that only some commands have. */
const OWN_OPTIONS: Partial<Record<Call['command'], readonly (readonly [flags: string, meaning: string])[]>> =
  {
    lock: [['--check', 'write nothing, and report what is stale or missing']],
    verify: [
      ['--into <repository>', 'build into this repository instead of next to the published image'],
      [
        '--attest',
        'say in the registry, beside each image that is the same, that it was rebuilt bit for bit',
      ],
    ],
    build: IMAGE_OPTIONS,
    run: [
      ...IMAGE_OPTIONS,
      ['--record', "push the run's record beside its image: command, parameters, metrics, how it ended"],
    ],
  };

const PUBLISHED =
  'an image by digest, <repository>@sha256:…, with the bases that it names; without it, what the registry holds for this commit';

/** undefined after `--help` and `--version`; wrong words are a UserError of kind `usage`. */
export async function parseArguments(
  words: readonly string[],
  context: ArgumentsContext,
): Promise<Call | undefined> {
  const { Command } = await import('commander');
  let call: Call | undefined;
  const program = outputTo(new Command('jobimg'), context)
    .description('From a job spec to a finished run, on an image whose digest anyone can reproduce.')
    .version(context.version)
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES);

  for (const [name, description, until] of COMMANDS) {
    const command = withOptions(outputTo(program.command(name), context).description(description));
    for (const [flags, meaning] of OWN_OPTIONS[name] ?? []) command.option(flags, meaning);
    if (name === 'verify') command.argument('[image]', PUBLISHED);
    command.action(() => {
      const [published] = command.args;
      const inputs = { ...inputsOf(command.opts<Options>(), until, context), published };
      call = { command: name, inputs: name === 'check' ? { ...inputs, check: true } : inputs };
    });
  }
  addPruneCommand(outputTo(program.command('prune'), context), (one) => {
    call = one;
  });
  fitCommand(outputTo(program.command('fit'), context), (fit) => {
    call = fit;
  });
  outputTo(program.command('stop'), context)
    .description(
      'stop a run of this machine by its id, and collect its outputs; without an id, list the runs',
    )
    .argument('[run]', 'the id of the run')
    .action((run: string | undefined) => {
      call = { command: 'stop', run };
    });
  outputTo(program.command('convert'), context)
    .description(
      'write the jobimg.yml for a file or command line of another system, which is read and never run',
    )
    .argument('<file...>', 'the file; or the command line, as one text or behind "--"')
    .option('-o, --output <file>', 'write this file instead of stdout')
    .option('--force', 'replace the file that is there')
    .action((written: readonly string[], options: Omit<ConvertCall, 'command' | 'words'>) => {
      call = { command: 'convert', words: written, ...options };
    });

  addRecordsCommand(outputTo(program.command('runs'), context), (one) => {
    call = one;
  });
  addRunCommands({
    ...context,
    add: (name) => outputTo(program.command(name), context),
    called: (one) => {
      call = one;
    },
  });

  addArtifactCommands({
    ...context,
    add: (name) => outputTo(program.command(name), context),
    called: (one) => {
      call = one;
    },
  });

  return (await isParsed(program, words)) ? call : undefined;
}

/** false after `--help` and `--version`. */
async function isParsed(program: Command, words: readonly string[]): Promise<boolean> {
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw new UserError(error.message.replace(/^error: /, ''), { kind: 'usage', hint: 'see jobimg --help' });
  }
}

const EXIT_CODES = `
Exit codes: 0 done, 1 your input is wrong (spec, permissions, values), 2 wrong usage, 3 the build failed,
4 not available (registry, engine), 5 a bug; \`run\` and \`attach\` exit with the job's own code.
Secrets and \`env: NAME: null\` are read from the environment.`;

/** Commander's own text for a mistake is left out: it is told once, as every other finding is. */
function outputTo(command: Command, { write }: ArgumentsContext): Command {
  return command.exitOverride().configureOutput({ writeOut: write, writeErr: () => undefined });
}
