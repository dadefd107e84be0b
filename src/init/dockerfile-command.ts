import type { Tree } from '../jobspec/file/tree.ts';
import { jsonIn } from '../json.ts';
import { type Instruction, readDockerfile } from '../recipe/dockerfile/read.ts';
import { splitStages } from '../recipe/dockerfile/stages.ts';
import type { Entry } from './entry.ts';

/** A shell that waits for somebody is no job. */
const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da)?sh$/;

/** What a container of the image starts: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact */
export function findDockerfileCommand(path: string, tree: Tree): Entry | undefined {
  const instructions = lastStage(tree.text(path) ?? '', path);
  const entrypoint = instructions.findLast(({ keyword }) => keyword === 'ENTRYPOINT');
  const cmd = instructions.findLast(({ keyword }) => keyword === 'CMD');
  const start = startOf(entrypoint, cmd);
  return start && { path, text: '', why: 'the command of the Dockerfile', start };
}

function lastStage(text: string, path: string): readonly Instruction[] {
  const instructions = readDockerfile(text, path);
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) return [];
  return splitStages(instructions, path).stages.at(-1)?.instructions ?? [];
}

function startOf(entrypoint?: Instruction, cmd?: Instruction): Entry['start'] {
  const first = entrypoint ?? cmd;
  if (first === undefined) return undefined;
  const words = wordsOf(first);
  if (words === undefined) return { run: first.rest };
  // Shell text makes no sense as the arguments of a program.
  const more = entrypoint === undefined || cmd === undefined ? [] : wordsOf(cmd);
  return more && commandOf([...words, ...more]);
}

function commandOf(command: readonly string[]): Entry['start'] {
  const isShell = command.length === 1 && SHELL.test(command[0] ?? '');
  return command.length === 0 || isShell ? undefined : { command };
}

/** The JSON form; undefined for shell text. */
function wordsOf({ rest }: Instruction): readonly string[] | undefined {
  const words = jsonIn(rest);
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
}
