import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMAND_NAMES } from '../../../src/host/inputs/commands/commands.ts';
import { completionScript, SHELLS } from '../../../src/host/inputs/completion/completion.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobimg-completion-'));
  writeFileSync(join(folder, 'completion.bash'), completionScript('bash'));
  // What stands for the program answers with the jobs, and with what it was asked.
  const jobs = `#!/bin/sh\nprintf '%s\\n' train 'Big sweep' '$(touch ${folder}/ran)' all "$*"\n`;
  writeFileSync(join(folder, 'jobimg'), jobs, { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = [
    'source "$1/completion.bash"; shift',
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _jobimg',
    `printf "%s\\n" "\${COMPREPLY[@]}"`,
  ].join('\n');
  const said = execFileSync('bash', ['-c', script, 'bash', folder, join(folder, 'jobimg'), ...words], {
    encoding: 'utf8',
  });
  return said.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('has commands, and the options of each', () => {
    expect(offered('')).toEqual([...COMMAND_NAMES, '--help', '--version']);
    expect(offered('p')).toEqual(['plan', 'ps', 'prune', 'pull']);
    expect(offered('run', '--de')).toEqual(['--defaults', '--detach']);
    expect(offered('plan', '--de')).toEqual(['--defaults']);
    expect(offered('plan', '--undefined', '')).toEqual(['error', 'empty']);
    expect(offered('prune', '--')).toEqual(['--older-than', '--keep', '--registry', '--dry-run', '--help']);
    expect(offered('runs', '--status', 's')).toEqual(['succeeded']);
    expect(offered('completion', '')).toEqual([...SHELLS]);
  });

  it('has the jobs of the spec that is meant, quoted, and runs nothing of their names', () => {
    const jobs = offered('run', '-C', 'a b', '--job', '');

    expect(jobs.slice(0, 2)).toEqual(['train', 'Big\\ sweep']);
    expect(jobs.at(-1)).toBe('completion\\ jobs\\ -C\\ a\\ b');
    // bash makes three words of an option with its value.
    const other = offered('run', '--spec', '=', 'x.yml', '--job', '');
    expect(other.at(-1)).toBe('completion\\ jobs\\ --spec\\ x.yml');
    expect(offered('run', '--job', 'tr')).toEqual(['train']);
    expect(() => execFileSync('test', ['-e', join(folder, 'ran')])).toThrow();
  });
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  it('names every command, and is read by the shell where it is installed', () => {
    const script = completionScript(shell);

    for (const name of COMMAND_NAMES) expect(script).toContain(name);
    try {
      execFileSync(shell, ['-n', '-c', script], { stdio: 'pipe' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOENT' });
    }
  });
});

it('another shell is refused with those that are known', () => {
  expect(() => completionScript('csh')).toThrow('"csh" is no shell that is known here');
});
