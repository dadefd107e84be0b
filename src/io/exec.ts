import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { UserError } from '../errors.ts';

/** Variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables a child gets, complete: nothing of our own environment is inherited. */
export type Environment = Readonly<Record<string, string>>;

export interface ExecOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  readonly input?: Uint8Array;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool to its end for a short answer; a non-zero exit code is an answer too. */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<Answer>;

/** More than this of either stream is dropped: an answer is short. */
const MAX_ANSWER = 16 * 1024 * 1024;

/** An `Exec` whose tools are looked for in the folders of `path`, once each. */
export function createExec(path: string | undefined): Exec {
  const found = new Map<string, Promise<string>>();
  return async (command, args, options = {}) => {
    const tool = found.get(command) ?? findTool(command, path);
    found.set(command, tool);
    return await run(await tool, args, options);
  };
}

async function run(tool: string, args: readonly string[], options: ExecOptions): Promise<Answer> {
  // Loaded when the first tool runs: most calls of this program run none.
  const { exec } = await import('@actions/exec');
  const stdout = collect(MAX_ANSWER);
  const stderr = collect(MAX_ANSWER);
  const code = await exec(`"${tool}"`, [...args], {
    env: { ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    // Always ended, so that no tool waits for a terminal.
    input: Buffer.from(options.input ?? []),
    // It would print the command line raw, and a newline in an argument is a command for the runner.
    silent: true,
    ignoreReturnCode: true,
    listeners: { stdout: stdout.push, stderr: stderr.push },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(limit: number): { push(chunk: Buffer): void; text(): string } {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    push(chunk) {
      if (text.length < limit) text += decoder.write(chunk);
    },
    text: () => text + decoder.end(),
  };
}

/** The absolute path of a tool; a relative entry of `path` is passed over, for it would mean the workspace. */
export async function findTool(name: string, path: string | undefined): Promise<string> {
  if (isAbsolute(name)) return name;
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const tool = join(folder, name);
    if (await isExecutable(tool)) return tool;
  }
  throw new UserError(`"${name}" was not found`, {
    kind: 'unavailable',
    code: 'tool-missing',
    hint: `install ${name} and see that it is in PATH`,
  });
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false; // Asking is the purpose: whatever stands in the way, this is not the tool.
  }
}
