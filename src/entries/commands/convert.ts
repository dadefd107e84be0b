import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { convert } from '../../convert/convert.ts';
import { shellCommands } from '../../convert/shell-words.ts';
import type { ConvertSource } from '../../convert/source.ts';
import { UserError } from '../../errors.ts';
import type { ConvertCall } from '../../host/inputs/call.ts';
import type { TerminalHost } from '../../host/terminal.ts';
import { replaceFile } from '../../io/fs/own-files.ts';
import { readTextFile } from '../../io/fs/text-file.ts';

interface ConvertContext {
  readonly cwd: string;
  readonly terminal: Pick<TerminalHost, 'finding' | 'info'>;
  write(text: string): unknown;
}

/** `jobimg convert`: the jobimg.yml to stdout or into a file, and what it does not say to stderr. */
export async function convertCall(
  call: ConvertCall,
  { cwd, terminal, write }: ConvertContext,
): Promise<number> {
  const path = call.output === undefined ? undefined : resolve(cwd, call.output);
  if (path !== undefined && call.force !== true && existsSync(path)) throw taken(call.output ?? path);
  const { text, findings } = convert(await sourceOf(call.words, cwd));
  for (const finding of findings) terminal.finding(finding);
  if (path === undefined) write(text);
  else {
    replaceFile(path, text);
    terminal.info(`wrote ${call.output}`);
  }
  return 0;
}

/** One word is a file, when there is one; several, or one with blanks, are a command line. */
async function sourceOf(words: readonly string[], cwd: string): Promise<ConvertSource> {
  const [only = '', ...others] = words;
  if (others.length === 0 && (!/\s/.test(only) || existsSync(resolve(cwd, only))))
    return await fileAt(only, cwd);
  if (words.every((word) => existsSync(resolve(cwd, word)))) throw severalFiles(words);
  const line = others.length === 0 ? (shellCommands(only)[0]?.words ?? []) : words;
  const script = line.find((word) => word.endsWith('.py') && existsSync(resolve(cwd, word)));
  const isCodalab = line[0] === 'cl';
  if (script !== undefined && !isCodalab) return { ...(await fileAt(script, cwd)), words: line };
  return { path: 'command line', text: others.length === 0 ? only : '', words: line };
}

const LONGEST = 4_000_000;

async function fileAt(path: string, cwd: string): Promise<ConvertSource> {
  const file = resolve(cwd, path);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST)
    throw new UserError(`"${path}" is larger than 4 MB`, HINT);
  const text = await readTextFile(file);
  if (text === undefined) throw new UserError(`"${path}" does not exist`, HINT);
  return { path, text: text.replace(/^\uFEFF/, '') };
}

const HINT = {
  code: 'not-converted',
  hint: 'name the file of the other system: jobimg convert train_flow.py',
};

function severalFiles(words: readonly string[]): UserError {
  return new UserError(
    `${words.map((word) => `"${word}"`).join(' and ')} are files, and one is converted at a time`,
    {
      code: 'not-converted',
      hint: 'convert each by itself, and put together what comes of them',
    },
  );
}

function taken(path: string): UserError {
  return new UserError(`"${path}" exists already`, {
    code: 'in-the-way',
    hint: 'name another file with --output, or replace it with --force',
  });
}
