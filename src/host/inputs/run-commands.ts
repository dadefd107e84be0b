import { resolve } from 'node:path';
import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';
import { defaultsPath } from './command-options.ts';
import type { RunsCommand } from './commands/runs-commands.ts';

/** A command about runs that are there already, wherever they run. */
export interface RunsCall {
  readonly command: RunsCommand;
  /** Id of the run, or its beginning; undefined for commands about all of them. */
  readonly run: string | undefined;
  /** The place that is asked, as a spec writes it; undefined: what the spec says. */
  readonly backend: string | undefined;
  readonly follow: boolean;
  readonly dryRun: boolean;
  readonly inputs: Inputs;
}

export interface RunsOptions {
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
}

export function runsCall(
  command: RunsCommand,
  run: string | undefined,
  options: RunsOptions,
  { cwd, env }: RunsContext,
): RunsCall {
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
      defaults: defaultsPath(options.defaults, { cwd, env }),
      json: options.json === true,
    },
  };
}
