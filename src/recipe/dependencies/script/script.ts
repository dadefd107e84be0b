import { posix } from 'node:path';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import type { Command } from '../../../jobspec/job/job.ts';
import type { Template } from '../../../jobspec/job/placeholder.ts';
import type { Toml } from '../../toml.ts';
import { declaredDependencies } from '../kind/declared.ts';
import type { Dependencies, DependencyContext, DependencyKind } from '../kind/kind.ts';
import { missing } from '../kind/project-files.ts';
import { withSources } from '../uv/sources.ts';
import { headerBlock, headerToml, readHeader } from './header.ts';
import { readScriptLock } from './lock.ts';

/** Inline script metadata: https://packaging.python.org/en/latest/specifications/inline-script-metadata/ */
export const script: DependencyKind = {
  name: 'script header',
  lock: false,
  find(context, findings) {
    const found = startedScripts(context.job.command).filter((path) =>
      hasHeader(path, context.tree, findings),
    );
    const [first, second] = found;
    if (first !== undefined && second !== undefined) {
      findings.error(
        'two-script-headers',
        `"${first}" and "${second}" each have a header with dependencies, and one image is for both`,
        { hint: `name the one to use: image: { requirements: ${first} }`, at: { file: second } },
      );
    }
    return first;
  },
  owns: (path) => path.endsWith('.py') && !path.endsWith('setup.py'),
  read: (path, context, findings) =>
    findings.attempt({ file: path }, () => readScript(path, context, findings)),
};

function readScript(path: string, { tree }: DependencyContext, findings: Findings): Dependencies | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, findings);
  const block = headerBlock(text, path);
  if (block !== undefined && tree.has(`${path}.lock`)) return readScriptLock(path, block, tree, findings);
  const header = block && headerToml(block, path);
  const refusal = refusalOf(header, path);
  if (refusal !== undefined) {
    findings.error('script-header', refusal.message, { hint: refusal.hint, at: { file: path } });
    return undefined;
  }
  const specifiers = header?.text('requires-python');
  const listed = header?.texts('dependencies') ?? [];
  const requirements =
    header === undefined ? listed : withSources(header, listed, `uv lock --script ${path}`);
  return declaredDependencies({ path, specifiers, requirements }, findings);
}

function refusalOf(
  header: Toml | undefined,
  path: string,
): { readonly message: string; readonly hint: string } | undefined {
  if (header === undefined) {
    return {
      message: `"${path}" has no header with dependencies`,
      hint: 'write "# /// script" and its lines, or name another file',
    };
  }
  return undefined;
}

/** Words of the command that end in `.py`, in order, in the folders that `cd` goes to; what stands beside a placeholder is not known here. */
export function startedScripts(command: Command): readonly string[] {
  const texts = command.kind === 'shell' ? command.lines : command.words;
  const words = texts.flatMap((text) => wordsOf(text, command.kind === 'shell'));
  // A subshell comes back from where it went.
  const inSubshell = texts.flat().some((part) => typeof part === 'string' && /\(\s*cd\b/.test(part));
  let folder = '';
  const scripts = words.flatMap((word, index) => {
    if (words[index - 1] === 'cd' && !inSubshell) folder = posix.join(folder, word);
    return /^[^-].*\.py$/.test(word) ? [posix.isAbsolute(word) ? word : posix.join(folder, word)] : [];
  });
  return [...new Set(scripts)].filter((path) => !posix.isAbsolute(path) && !path.startsWith('../'));
}

const PLACE = '\u0000';

function wordsOf(template: Template, isShell: boolean): readonly string[] {
  const text = template.map((part) => (typeof part === 'string' ? part : PLACE)).join('');
  const words = isShell ? text.split(/[\s;&|()<>"']+/) : [text];
  return words.filter((word) => !word.includes(PLACE));
}

function hasHeader(path: string, tree: Tree, findings: Findings): boolean {
  return (
    findings.attempt({ file: path }, () => {
      const text = tree.has(path) ? tree.text(path) : undefined;
      return text !== undefined && readHeader(text, path)?.has('dependencies') === true;
    }) === true
  );
}
