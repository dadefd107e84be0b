import { resolve } from 'node:path';
import type { Command } from 'commander';
import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';

/** A command about runs that are there already, wherever they run. */
export interface RunsCall {
  readonly command: 'ps' | 'logs' | 'attach' | 'cancel' | 'reap';
  /** Id of the run, or its beginning; undefined for commands about all of them. */
  readonly run: string | undefined;
  /** The place that is asked, as a spec writes it; undefined: what the spec says. */
  readonly backend: string | undefined;
  readonly follow: boolean;
  readonly dryRun: boolean;
  readonly inputs: Inputs;
}

interface RunsOptions {
  readonly directory?: string;
  readonly backend?: string;
  readonly spec: readonly string[];
  readonly defaults?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
}

interface RunsContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes a command, with its output where it belongs. */
  add(name: string): Command;
  called(call: RunsCall): void;
}

const COMMANDS = [
  ['ps', undefined, 'list the runs of the backend, and those that this machine knows'],
  ['logs', 'run', 'show the log of a run so far; nothing of it is fetched or ended'],
  ['attach', 'run', "follow a run to its end, fetch its outputs, and exit with the job's code"],
  ['cancel', 'run', 'stop a run, wherever it is, with its grace, and fetch its outputs'],
  ['reap', undefined, 'remove runs whose deadline has passed, whoever started them'],
] as const;

const RUN = 'the id of the run, or the beginning of it';

export function addRunCommands(context: RunsContext): void {
  for (const [name, argument, description] of COMMANDS) {
    const command = withOptions(context.add(name).description(description));
    if (name === 'logs') command.option('-f, --follow', 'go on until the run ends');
    if (name === 'reap') command.option('--dry-run', 'say what would be removed, and remove nothing');
    if (argument === undefined)
      command.action((options: RunsOptions) => context.called(callOf(name, undefined, options, context)));
    else
      command
        .argument('<run>', RUN)
        .action((run: string, options: RunsOptions) => context.called(callOf(name, run, options, context)));
  }
}

function withOptions(command: Command): Command {
  return command
    .option('-C, --directory <folder>', 'the folder that holds the repository')
    .option(
      '--backend <backend>',
      "where to look, as a spec writes it: kubernetes, or '{kubernetes: {namespace: ml}}'; when not given, what the spec says",
    )
    .option(
      '--spec <file>',
      'the job spec that says where to look',
      (file: string, files: readonly string[]) => [...files, file],
      [],
    )
    .option('--defaults <file>', 'a spec whose keys are defaults for the job spec')
    .option('--json', 'JSON on stdout, everything else on stderr');
}

function callOf(
  command: RunsCall['command'],
  run: string | undefined,
  options: RunsOptions,
  { cwd, env }: RunsContext,
): RunsCall {
  const defaults = options.defaults || env['JOBIMG_DEFAULTS'];
  return {
    command,
    run,
    backend: options.backend,
    follow: options.follow === true,
    dryRun: options.dryRun === true,
    inputs: {
      ...INPUT_DEFAULTS,
      folder: resolve(cwd, options.directory ?? '.'),
      spec: options.spec,
      defaults: defaults ? resolve(cwd, defaults) : undefined,
      json: options.json === true,
    },
  };
}
