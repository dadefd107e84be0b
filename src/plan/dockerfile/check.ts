import { UserError } from '../../errors.ts';
import { type Instruction as Read, readDockerfile } from '../../recipe/dockerfile/read.ts';
import { DEFAULT_SHELL, type Instruction, VARIABLE } from './instruction.ts';
import { printMount } from './mount.ts';

const MAX_LINE = 65_535;

/**
 * Reads our own text back: exactly the instructions that were meant, each with its values, or nobody builds it.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/docs/reference.md
 */
export function checkDockerfile(
  text: string,
  instructions: readonly Instruction[],
  continues: boolean,
): void {
  if (!text.endsWith('\n')) throw new Error('the Dockerfile has no end of line');
  for (const [index, line] of text.split('\n').entries()) {
    if (Buffer.byteLength(line) >= MAX_LINE) throw tooLong(index + 1, line);
  }
  const all = readDockerfile(text, 'Dockerfile');
  const read = continues ? all.slice(-instructions.length) : all;
  if (read.length !== instructions.length)
    throw new Error('the Dockerfile has other instructions than were meant');
  for (const [index, instruction] of instructions.entries()) {
    const found = read[index];
    if (found !== undefined && says(found, instruction)) continue;
    throw new Error(
      `instruction ${index + 1} of the Dockerfile reads back as another one than "${instruction.kind}"`,
    );
  }
}

function tooLong(number: number, line: string): UserError {
  const begins = JSON.stringify(line.slice(0, 40));
  return new UserError(
    `line ${number} of the Dockerfile, which begins with ${begins}, has ${Buffer.byteLength(line)} bytes, and BuildKit reads less than ${MAX_LINE}`,
    { code: 'dockerfile-line', hint: 'put the text into a file of the repository' },
  );
}

function says(read: Read, meant: Instruction): boolean {
  const found = JSON.stringify([read.keyword, read.flags.map(({ text }) => text), readBack(read, meant)]);
  return found === JSON.stringify(expected(meant));
}

/** As it is meant: keyword, flags, and what follows. */
function expected(meant: Instruction): readonly unknown[] {
  switch (meant.kind) {
    case 'from':
      return ['FROM', [], [meant.image, ...(meant.as === undefined ? [] : ['AS', meant.as])]];
    case 'epoch':
      return ['ARG', [], ['SOURCE_DATE_EPOCH']];
    case 'user':
      return ['USER', [], [meant.user]];
    case 'default-shell':
      return ['SHELL', [], DEFAULT_SHELL];
    case 'env':
    case 'expanded-env':
      return ['ENV', [], [meant.name, meant.value]];
    case 'path':
      return ['ENV', [], ['PATH', meant.folders.join(':')]];
    case 'workdir':
      return ['WORKDIR', [], [meant.path]];
    case 'copy':
      return ['COPY', ['--link', '--chmod=a+rwX'], [meant.from, meant.to]];
    case 'copy-stage':
      return ['COPY', [`--from=${meant.stage}`], [meant.folder, meant.folder]];
    case 'run':
      return ['RUN', meant.mounts.map(printMount), [true, `${meant.text}\n`]];
    case 'label':
      return ['LABEL', [], [meant.name, meant.value]];
  }
}

/** As it reads back. */
function readBack({ rest, words, heredocs }: Read, { kind }: Instruction): readonly unknown[] {
  switch (kind) {
    case 'env':
    case 'label':
      return assignment(rest);
    case 'expanded-env':
      return assignment(rest.replace(VARIABLE, String.raw`\$&`));
    case 'path':
      return assignment(rest.replace(/:\$\{PATH:-[^}"]*\}"$/, '"'));
    case 'workdir':
      return [rest.startsWith('"') ? unquote(rest) : rest];
    case 'copy':
    case 'copy-stage':
    case 'default-shell':
      return JSON.parse(rest);
    case 'run':
      return words.length === 1 ? heredocs.flatMap(({ quoted, content }) => [quoted, content]) : [];
    default:
      return words.map(({ text }) => text);
  }
}

function assignment(rest: string): readonly unknown[] {
  const [, name = '', value = ''] = /^("(?:\\.|[^"\\])*"|[A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(rest) ?? [];
  return [name.startsWith('"') ? unquote(name) : name, unquote(value)];
}

/** One text between double quotes, and nothing in it that would be expanded. */
function unquote(text: string): string | undefined {
  const inside = /^"((?:\\[\\"$]|[^"\\$])*)"$/s.exec(text)?.[1];
  return inside?.replace(/\\([\\"$])/g, '$1');
}
