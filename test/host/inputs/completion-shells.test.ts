import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { completionScript } from '../../../src/host/inputs/completion/completion.ts';
import { ensureShells, type Shells } from '../../engine/parts/shells.ts';

let shells: Shells;
let folder: string;

beforeAll(async () => {
  shells = await ensureShells();
  folder = mkdtempSync(join(tmpdir(), 'jobimg-shells-'));
  for (const shell of ['zsh', 'fish'])
    writeFileSync(join(folder, `completion.${shell}`), completionScript(shell));
  // What stands for the program answers with its jobs, and else keeps what it was asked.
  const jobs = 'case "$*" in *"-C a b") echo sweep ;; *--spec*x.yml) echo other ;; *) echo train ;; esac';
  const program = `#!/bin/sh\nif [ "$1" = completion ]; then ${jobs}; else echo "$*" >> asked; fi\n`;
  writeFileSync(join(folder, 'jobimg'), program, { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true }));

it('fish offers commands, options, words, shells and jobs', () => {
  const script = `set fish_function_path ${shells.root}/usr/share/fish/functions
source completion.fish
for words in 'pl' 'run --de' 'plan --undefined ' 'run --job ' 'run -C a\\ b --job ' 'run --spec=x.yml --job ' 'completion f'
  complete -C "jobimg $words" | cut -f1
end
`;

  const offered = started(shells.fish, ['--no-config', '-c', script]);

  expect(offered.trim().split('\n')).toEqual([
    'plan',
    '--defaults',
    '--detach',
    'empty',
    'error',
    'train',
    'sweep',
    'other',
    'fish',
  ]);
});

/** A zsh with a terminal of its own, in which somebody types words, the tab key and the return key. */
it('zsh completes what is typed before the tab key', () => {
  const modules = `${shells.root}/usr/lib/*-linux-gnu/zsh/*(/)`;
  const setup = [
    `module_path=(${modules}); fpath=(${shells.root}/usr/share/zsh/functions/**/*(/))`,
    'zmodload zsh/zle zsh/complete zsh/parameter zsh/complist zsh/zutil; setopt zle',
    'autoload -Uz compinit; compinit -D -u; source completion.zsh',
    // In two pieces, so that the echo of this line is no prompt.
    `PS1='rea''dy> '`,
  ].join('; ');
  const typed = [
    'pla',
    'run --det',
    'plan --undefined em',
    'run --job tr',
    'run -C a\\ b --job sw',
    'run --spec=x.yml --job o',
  ];
  const script = `module_path=(${modules})
zmodload zsh/zpty
zpty shell ${shells.zsh} -f -i
zpty -w shell ${quoted(setup)}
zpty -r shell said '*ready> '
for words in ${typed.map(quoted).join(' ')}; do
  zpty -w -n shell "jobimg $words"$'\\t\\n'
  zpty -r shell said '*ready> '
done
zpty -w shell exit
`;

  started(shells.zsh, ['-f', '-c', script]);

  const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
  expect(asked.map((line) => line.trim())).toEqual([
    'plan',
    'run --detach',
    'plan --undefined empty',
    'run --job train',
    'run -C a b --job sweep',
    'run --spec=x.yml --job other',
  ]);
});

function started(shell: string, args: readonly string[]): string {
  return execFileSync(shell, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      PATH: `${folder}:${process.env['PATH']}`,
      LD_LIBRARY_PATH: shells.libraries,
      TERM: 'dumb',
    },
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
