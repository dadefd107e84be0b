import { resolve } from 'node:path';
import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';
import {
  type ArtifactCall,
  type PullCall,
  type PullOptions,
  pullCall,
  sbomCall,
} from './artifact-commands.ts';
import { defaultsPath, inputsOf, type Options as SpecOptions } from './command-options.ts';
import type { CommandName } from './commands/commands.ts';
import type { OtherCommand } from './commands/other-commands.ts';
import { isRunsCommand } from './commands/runs-commands.ts';
import { isSpecCommand, SPEC_COMMANDS, type SpecCommand } from './commands/spec-commands.ts';
import { type FileSignature, type FileSignatureOptions, fileSignature } from './file-signature.ts';
import { type FitCall, type FitOptions, fitCall } from './fit-command.ts';
import {
  type PruneCall,
  type PruneOptions,
  pruneCall,
  type RecordsCall,
  type RecordsOptions,
  recordsCall,
} from './record-commands.ts';
import { type RunsCall, type RunsOptions, runsCall } from './run-commands.ts';

/** What the words of the command line ask for. */
export type Call =
  | SpecCall
  | PruneCall
  | RecordsCall
  | FitCall
  | RunsCall
  | ArtifactCall
  | PullCall
  | StopCall
  | CompletionCall
  | InitCall
  | ConvertCall;

export interface SpecCall {
  readonly command: SpecCommand;
  readonly inputs: Inputs;
  /** For `plan`: whether the Dockerfiles are printed. */
  readonly dockerfile: boolean;
  /** For `verify` of a file. */
  readonly signature: FileSignature;
}

interface StopCall {
  readonly command: 'stop';
  /** Its id; undefined: they are listed. */
  readonly run: string | undefined;
  readonly inputs: Inputs;
}

export interface CompletionCall {
  readonly command: 'completion';
  /** `jobs` is what the scripts ask for themselves. */
  readonly shell: string;
  readonly inputs: Inputs;
}

export interface InitCall {
  readonly command: 'init';
  /** Absolute. */
  readonly folder: string;
}

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

/** What commander makes of the options of any command. */
export type Options = SpecOptions &
  RunsOptions &
  RecordsOptions &
  PruneOptions &
  PullOptions &
  FitOptions &
  FileSignatureOptions &
  Pick<ConvertCall, 'output' | 'force'>;

interface CallContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function callOf(
  name: CommandName,
  words: readonly string[],
  options: Options,
  context: CallContext,
): Call {
  if (isSpecCommand(name)) return specCall(name, words[0], options, context);
  if (isRunsCommand(name)) return runsCall(name, words[0], options, context);
  return OTHER_CALLS[name](words, options, context);
}

type MakeCall = (words: readonly string[], options: Options, context: CallContext) => Call;

/** Commander has seen to it that a required word is there. */
const OTHER_CALLS: Readonly<Record<OtherCommand, MakeCall>> = {
  stop: ([run], { defaults }, context) => ({ command: 'stop', run, inputs: stopInputs(defaults, context) }),
  runs: (words, options) => recordsCall(words, options),
  prune: (_, options) => pruneCall(options),
  fit: ([image = ''], options) => fitCall(image, options),
  sbom: ([image = ''], _, { cwd }) => sbomCall(image, cwd),
  pull: ([what = ''], options, { cwd }) => pullCall(what, options, cwd),
  completion: ([shell = ''], options, context) => completionCall(shell, options, context),
  init: (_, { directory }, { cwd }) => ({ command: 'init', folder: resolve(cwd, directory ?? '.') }),
  convert: (words, { output, force }) => ({ command: 'convert', words, output, force }),
};

function specCall(
  command: SpecCommand,
  published: string | undefined,
  options: Options,
  context: CallContext,
): SpecCall {
  const inputs = { ...inputsOf(options, SPEC_COMMANDS[command].until, context), published };
  return {
    command,
    // A check looks nothing up unless it is asked to.
    inputs: command === 'check' ? { ...inputs, check: true, offline: !inputs.cost } : inputs,
    dockerfile: options.dockerfile === true,
    signature: fileSignature(options, context.cwd),
  };
}

/** The file of defaults says where a place is. */
function stopInputs(defaults: string | undefined, { cwd, env }: CallContext): Inputs {
  return { ...INPUT_DEFAULTS, folder: cwd, defaults: defaultsPath(defaults, { cwd, env }) };
}

function completionCall(shell: string, options: Options, { cwd }: CallContext): CompletionCall {
  const folder = resolve(cwd, options.directory ?? '.');
  return { command: 'completion', shell, inputs: { ...INPUT_DEFAULTS, folder, spec: options.spec } };
}
