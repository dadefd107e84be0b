import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { type Environment, startProcess } from './process.ts';

/** Variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface ExecOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  readonly input?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

export type { Environment };

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool to its end for a short answer; a non-zero exit code is an answer too. */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** More than this of either stream is dropped: an answer is short. */
const MAX_ANSWER = 16 * 1024 * 1024;

/** An `Exec` whose tools are looked for in the folders of `path`, once each, and which end when the signal comes. */
export function createExec(path: string | undefined, cancelled?: AbortSignal): Exec {
  const find = askedOnce((command: string) => findTool(command, path));
  return async (command, args, options = {}) =>
    await run(await find(command), args, { signal: cancelled, ...options });
}

async function run(tool: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  const { env = {}, cwd, input, signal } = options;
  const stdin = input === undefined ? undefined : once(input);
  const child = startProcess(tool, args, { env, cwd, stdin, signal });
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const { code, signal: killedBy } = await child.ended();
  signal?.throwIfAborted();
  if (code === undefined) throw new UserError(`${tool} was ended by ${killedBy}`, { kind: 'unavailable' });
  return { code, stdout, stderr };
}

/** A whole input of a process. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All that a process says. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a process says, up to a limit; the rest is read and dropped. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < MAX_ANSWER) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).toString();
}

/** The absolute path of a tool. */
export async function findTool(name: string, path: string | undefined): Promise<string> {
  const tool = await lookForTool(name, path);
  if (tool !== undefined) return tool;
  throw new UserError(`"${name}" was not found`, {
    kind: 'unavailable',
    code: 'tool-missing',
    hint: `install ${name} and check that it is in PATH`,
  });
}

/** undefined when it is nowhere; a relative entry of `path` is passed over, for it would mean the workspace. */
export async function lookForTool(name: string, path: string | undefined): Promise<string | undefined> {
  if (isAbsolute(name)) return name;
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const tool = join(folder, name);
    if (await isExecutable(tool)) return tool;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false; // Asking is the purpose: whatever stands in the way, this is not the tool.
  }
}
