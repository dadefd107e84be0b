import { posix } from 'node:path';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import type { Command, Job } from '../../../jobspec/job/job.ts';
import { nearest } from '../../../jobspec/values/suggest.ts';
import { startedScripts } from './script.ts';

/** Goes to another folder, or may make the script first. */
const GOES_OR_MAKES =
  /\b(?:cd|pushd|git|curl|wget|aws|gsutil|cp|mv|ln|tee|tar|unzip|touch|jupyter|jupytext)\b|>/;

/** A program that is not there and has nearly the name of one that is was mistyped: that is known before anyone pays. */
export function warnOfAbsentScripts({ command, code, origins }: Job, tree: Tree, findings: Findings): void {
  if (textOf(command).some((part) => GOES_OR_MAKES.test(part))) return;
  for (const script of startedScripts(command)) {
    const path = posix.join(code.folder ?? '', script);
    if (tree.has(path)) continue;
    const beside = tree.list(posix.dirname(path)).filter((name) => name.endsWith('.py'));
    const near = nearest(posix.basename(path), beside);
    if (near === undefined) continue;
    findings.warning('no-script', `there is no "${path}" in the repository`, {
      hint: `did you mean "${posix.join(posix.dirname(script), near)}"?`,
      at: origins.get('run') ?? origins.get('command'),
    });
  }
}

function textOf(command: Command): readonly string[] {
  const texts = command.kind === 'shell' ? command.lines : command.words;
  return texts.flat().filter((part) => typeof part === 'string');
}
