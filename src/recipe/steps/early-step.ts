import { posix } from 'node:path';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import { SOURCE_MOUNT } from '../pip.ts';
import { shellWord } from '../shell.ts';
import type { Step } from '../step.ts';

/** Puts files of the repository into the work directory, for the steps of `build` that use them. */
export function earlySteps({ early = [] }: BuiltImage, workdir: string, tree: Tree): readonly Step[] {
  const found = early.flatMap(({ anyOf, executable }) => {
    const path = anyOf.find((name) => tree.has(name));
    return path === undefined ? [] : [{ path, mode: executable ? '0755' : '0644' }];
  });
  if (found.length === 0) return [];
  const lines = found.flatMap(({ path, mode }) => {
    const target = shellWord(posix.join(workdir, posix.basename(path)));
    return [`cp ${shellWord(posix.join(SOURCE_MOUNT, path))} ${target}`, `chmod ${mode} ${target}`];
  });
  const files = found.map(({ path }) => path).sort();
  const run = lines.join('\n');
  return [{ title: 'files', kind: 'shell', offline: true, run, secrets: [], env: new Map(), files }];
}
