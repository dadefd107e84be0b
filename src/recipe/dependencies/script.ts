import { UserError } from '../../errors.ts';
import type { Command, Template } from '../../spec/job.ts';
import { attempt, type Notes, problem } from '../notes.ts';
import type { Tree } from '../recipe.ts';
import { parseToml, type Toml } from '../toml.ts';
import { declaredDependencies } from './declared.ts';
import type { Dependencies, DependencyKind, Look } from './kind.ts';
import { missing } from './pyproject.ts';

/** Inline script metadata: https://packaging.python.org/en/latest/specifications/inline-script-metadata/ */
export const script: DependencyKind = {
  name: 'script header',
  lock: false,
  find(look, notes) {
    const found = startedScripts(look.job.command).filter((path) => hasHeader(path, look.tree, notes));
    const [first, second] = found;
    if (first !== undefined && second !== undefined) {
      problem(notes, {
        code: 'two-script-headers',
        message: `"${first}" and "${second}" each have a header with dependencies, and one image is for both`,
        hint: `name the one to use: image: { requirements: ${first} }`,
        location: { file: second },
      });
    }
    return first;
  },
  owns: (path) => path.endsWith('.py') && !path.endsWith('setup.py'),
  read: (path, look, notes) => attempt(notes, { file: path }, () => readScript(path, look, notes)),
};

function readScript(path: string, { tree }: Look, notes: Notes): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, notes);
  const header = readHeader(text, path);
  const refusal = refusalOf(header, path, tree);
  if (refusal !== undefined) {
    problem(notes, { code: 'script-header', ...refusal, location: { file: path } });
    return undefined;
  }
  const specifiers = header?.text('requires-python');
  return declaredDependencies({ path, specifiers, requirements: header?.texts('dependencies') ?? [] }, notes);
}

function refusalOf(
  header: Toml | undefined,
  path: string,
  tree: Tree,
): { readonly message: string; readonly hint: string } | undefined {
  if (header === undefined) {
    return {
      message: `"${path}" has no header with dependencies`,
      hint: 'write "# /// script" and its lines, or name another file',
    };
  }
  if (tree.has(`${path}.lock`)) {
    return {
      message: `"${path}.lock" is a kind of lock that is not installed from yet`,
      hint: `run "uv export --script ${path} --output-file requirements.txt" and write image: { requirements: requirements.txt }`,
    };
  }
  if (header.has('tool', 'uv', 'sources') || header.has('tool', 'uv', 'index')) {
    return {
      message: `the header of "${path}" says where packages come from in a way that only uv reads ("tool.uv")`,
      hint: `run "uv export --script ${path} --output-file requirements.txt" and write image: { requirements: requirements.txt }`,
    };
  }
  return undefined;
}

/** Words of the command that end in `.py`, in order; what stands beside a placeholder is not known here. */
export function startedScripts(command: Command): readonly string[] {
  const texts = command.kind === 'shell' ? command.lines : command.words;
  const words = texts.flatMap((text) => wordsOf(text, command.kind === 'shell'));
  const scripts = words
    .filter((word) => /^[^-].*\.py$/.test(word))
    .map((word) => word.replace(/^(?:\.\/)+/, ''));
  return [...new Set(scripts)].filter((path) => !path.startsWith('/') && !path.split('/').includes('..'));
}

const PLACE = '\u0000';

function wordsOf(template: Template, isShell: boolean): readonly string[] {
  const text = template.map((part) => (typeof part === 'string' ? part : PLACE)).join('');
  const words = isShell ? text.split(/[\s;&|()<>"']+/) : [text];
  return words.filter((word) => !word.includes(PLACE));
}

function hasHeader(path: string, tree: Tree, notes: Notes): boolean {
  return (
    attempt(notes, { file: path }, () => {
      const text = tree.has(path) ? tree.text(path) : undefined;
      return text !== undefined && readHeader(text, path)?.has('dependencies') === true;
    }) === true
  );
}

/** The TOML between `# /// script` and the last `# ///` of the same comment; undefined when there is none. */
export function readHeader(text: string, file: string): Toml | undefined {
  const lines = text.split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (line === '# /// script' ? [index] : []));
  const [start, second] = starts;
  if (start === undefined) return undefined;
  if (second !== undefined)
    throw new UserError(`"${file}" has two headers`, {
      code: 'script-header',
      location: { file, line: second + 1 },
    });

  const end = lines.findIndex((line, index) => index > start && line !== '#' && !line.startsWith('# '));
  const comment = lines.slice(start + 1, end < 0 ? undefined : end);
  const last = comment.lastIndexOf('# ///');
  if (last < 0) {
    throw new UserError(`the header of "${file}" has no end`, {
      code: 'script-header',
      hint: 'end it with a line "# ///"',
      location: { file, line: start + 1 },
    });
  }
  const toml = comment.slice(0, last).map((line) => line.slice(2));
  return parseToml(toml.join('\n'), file, start + 2);
}
