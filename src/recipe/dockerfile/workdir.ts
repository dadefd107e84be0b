import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Instruction } from './read.ts';
import { expandIn } from './scope.ts';
import type { Scoped } from './stage-scopes.ts';

/** `base`: what the image that the stages begin with says decides it. */
export type Workdir = { readonly path: string | undefined } | 'base';

/**
 * Where commands of an image start, after all instructions from its base on, as BuildKit makes it out; undefined
 * where nobody said it. Throws for one that only the build knows.
 */
export function workdirOf(base: Workdir, all: readonly Scoped[], file: string): Workdir {
  let workdir = base;
  for (const scoped of all) {
    if (scoped.instruction.keyword === 'WORKDIR') workdir = changed(workdir, scoped, file);
  }
  return workdir;
}

function changed(current: Workdir, { instruction, scope }: Scoped, file: string): Workdir {
  const text = expandIn(scope, instruction.rest);
  if (text === undefined) {
    if (scope.others === 'unknown') return 'base';
    throw unknown(instruction, file);
  }
  if (hasControl(text)) throw unknown(instruction, file);
  if (posix.isAbsolute(text)) return { path: cleaned(text) };
  return current === 'base' ? 'base' : { path: cleaned(posix.join('/', current.path ?? '', text)) };
}

function cleaned(path: string): string {
  return posix.resolve(path);
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  return /[\u0000-\u001f\u007f]/.test(text);
}

function unknown({ rest, line }: Instruction, file: string): UserError {
  return new UserError(`"WORKDIR ${rest}" is only known while the image is built`, {
    code: 'dockerfile-workdir',
    hint: 'write a path in the Dockerfile, or say it in the spec: image: { workdir: /app }',
    location: { file, line },
  });
}
