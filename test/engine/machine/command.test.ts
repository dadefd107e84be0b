import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command } from './command.ts';
import { startTimeOf } from './processes.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-command-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a program that may be silent for a while', () => {
  it('may take as long as it needs while it writes', async () => {
    const script = 'for second in 1 2 3 4 5; do echo $second; sleep 1; done';

    const { stdout } = await command('sh', ['-c', script], { silenceMs: 4_000 });

    expect(stdout).toBe('1\n2\n3\n4\n5\n');
  });

  it('is ended with all that it started when it hangs', async () => {
    const pids = join(folder, 'pids');
    const script = 'sleep 1000 & echo $! $$ > "$0"; wait';

    const ended = command('sh', ['-c', script, pids], { silenceMs: 3_000 });

    await expect(ended).rejects.toThrow(/wrote nothing for 3 s: it wrote nothing$/);
    const [child, shell] = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect([child, shell].map((pid) => startTimeOf(pid ?? 0))).toEqual([undefined, undefined]);
  });
});

describe('a program', () => {
  it('tells its output, and why it failed', async () => {
    expect(await command('sh', ['-c', 'echo out; echo err >&2'])).toEqual({
      code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await expect(command('sh', ['-c', 'echo no >&2; exit 3'])).rejects.toThrow(/ended with 3: no$/);
    await expect(command(join(folder, 'missing'), [])).rejects.toThrow(/ended with 127: .*ENOENT/);
  });

  it('gets no input, and no shell reads its arguments', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'kept');

    const { stdout } = await command('sh', ['-c', 'cat; echo "$1"', 'sh', `$(rm ${file})`]);

    expect(stdout).toBe(`$(rm ${file})\n`);
    expect(existsSync(file)).toBe(true);
  });
});
