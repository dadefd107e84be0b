import type { Command } from '../../jobspec/job/job.ts';
import type { Template } from '../../jobspec/job/placeholder.ts';

/** A file that a command names where a program stands. */
export interface CalledScript {
  readonly path: string;
  /** By itself, so that it has to be executable; else a shell reads it. */
  readonly direct: boolean;
}

/** The files that a command runs, as far as its text tells; what it changes itself, or runs elsewhere, is left out. */
export function calledScripts(command: Command): readonly CalledScript[] {
  if (command.kind === 'arguments') {
    const called = calledBy(command.words.map(textOf));
    return called === undefined ? [] : [called];
  }
  return calledByShell(command.lines.map(textOf).join('\n'));
}

/** A value that is put in makes no name that can be known. */
function textOf(template: Template): string {
  return template.map((part) => (typeof part === 'string' ? part : '\0')).join('');
}

const ENDS = /\n|;|&&|\|\|?|&|[(){}]|(?<=^|\s)(?:then|do|else|if|while|until|!|exec|time|nohup|sudo)(?=\s)/;
const CHANGES: ReadonlySet<string> = new Set(['chmod', 'dos2unix', 'sed', 'tr', 'git', 'cp', 'mv']);

function calledByShell(text: string): readonly CalledScript[] {
  const commands = text.split(ENDS).map(simpleCommand);
  const leaves = commands.findIndex(([program = '']) => program === 'cd' || program === 'pushd');
  const here = leaves < 0 ? commands : commands.slice(0, leaves);
  const changed = here.filter(([program = '']) => CHANGES.has(program)).flat();
  if (changed.some((word) => word.includes('*'))) return [];
  return here
    .flatMap((words) => calledBy(words) ?? [])
    .filter(({ path }) => !changed.includes(path) && !changed.includes(path.replace(/^\.\//, '')));
}

/** Its words, without the variables that stand before the program. */
function simpleCommand(piece: string): readonly string[] {
  const text = piece.trim().replace(/^(?:[A-Za-z_]\w*=\S*\s+)+/, '');
  return text.split(/\s+/);
}

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'dash', 'zsh', 'source', '.']);

function calledBy([program = '', ...words]: readonly string[]): CalledScript | undefined {
  const direct = unquoted(program);
  if (direct.includes('/') && !SHELLS.has(direct.slice(direct.lastIndexOf('/') + 1)))
    return { path: direct, direct: true };
  if (!SHELLS.has(direct.slice(direct.lastIndexOf('/') + 1))) return undefined;
  const script = words.find((word) => !/^[-+]/.test(word));
  if (script === undefined || words.some((word) => /^-[a-z]*[cs]/.test(word))) return undefined;
  return { path: unquoted(script), direct: false };
}

function unquoted(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, '$2');
}
