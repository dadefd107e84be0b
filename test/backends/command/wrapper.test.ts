import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutTrailer } from '../../../src/backends/command/answer/trailer.ts';
import { octalText, trailerOf, wrappedArgv } from '../../../src/backends/command/plan/wrapper.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const WRAP = { trailer: true, timeout: true, env: true };
const NAMED = { name: 'jobimg-x', hash: 'sha256:1' };
const MARK = trailerOf(NAMED);

describe('what is done around a command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobimg-wrapper-'));
    mkdirSync(join(folder, 'kept'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function started(words: readonly string[], changes: Partial<Parameters<typeof runPlan>[2]> = {}) {
    const run = runPlan(IMAGE, { kind: 'arguments', words }, { workdir: folder, ...changes });
    const [file = '', ...rest] = wrappedArgv(run, NAMED, { ...WRAP, outputs: join(folder, 'kept') });
    const { status, stdout } = spawnSync(file, rest, { env: { PATH: process.env['PATH'] } });
    return { status, ...cutTrailer(stdout, MARK, { last: true, wholeLines: false }) };
  }

  it('leaves every word as it was', () => {
    const words = ['', ' a  b ', '$(id) $HOME', '{{ x }}{% y %}', '\'"`\\n\\0101', 'ü\n\n', '-e', '--', '-p'];

    const { log, status, trailer } = started([
      'sh',
      '-c',
      'for one; do printf "%s|" "$one"; done',
      'x',
      ...words,
    ]);

    expect(Buffer.from(log).toString()).toBe(words.map((word) => `${word}|`).join(''));
    expect([status, trailer]).toEqual([0, { code: 0, isTimeout: false }]);
  });

  it('sets variables, and makes and keeps outputs', () => {
    const env = new Map([['WHO', 'a $(b) {{ c }}\n']]);

    const { trailer } = started(
      ['sh', '-c', 'printf %s "$WHO" > outputs/who; ln -s /etc/passwd outputs/link; exit 3'],
      { env },
    );

    expect(trailer).toEqual({ code: 3, isTimeout: false });
    expect(readFileSync(join(folder, 'kept/outputs/who'), 'utf8')).toBe('a $(b) {{ c }}\n');
  });

  it('ends it at its time limit, with a grace', () => {
    const text = 'trap "echo bye; exit 0" TERM; echo ready; sleep 3 & wait';

    const { log, trailer } = started(['sh', '-c', text], { timeout: 1, stopGrace: 5 });

    expect(Buffer.from(log).toString()).toBe('ready\nbye\n');
    expect(trailer).toEqual({ code: 0, isTimeout: true });
  });
});

describe('a command line in octal numbers', () => {
  // Some read up to three digits behind `\0`, others three digits in all.
  it.each(['sh', 'bash'])('is read as it was by %s', (shell) => {
    const text = "a=1; b=\"2\" c='3' '\\0101' %s {{ x }} $(id) ü\n7";

    const { stdout } = spawnSync(shell, ['-c', `printf %b '${octalText(text)}'`], { encoding: 'utf8' });

    expect(stdout).toBe(text);
  });
});

describe('the last line of a log', () => {
  const cut = (text: string, last: boolean) => {
    const { log, rest, trailer } = cutTrailer(Buffer.from(text), MARK, { last, wholeLines: false });
    return [Buffer.from(log).toString(), rest, trailer?.code];
  };

  it.each([
    [`a\n\n${MARK} 3 \n`, true, ['a\n', 0, 3]],
    [`a\n${MARK} 137 told\nlate\n`, true, ['alate\n', 0, 137]],
    [`a\n\n${MARK} 3`, false, ['a\n', `\n${MARK} 3`.length, undefined]],
    [`a\n\n${MARK} 3`, true, ['a\n', 0, 3]],
    [`a\n${MARK.slice(0, 12)}`, false, ['a', 13, undefined]],
    ['a\n', false, ['a\n', 0, undefined]],
    ['jobimg-exit 0123456789abcdef 0\n', true, ['jobimg-exit 0123456789abcdef 0\n', 0, undefined]],
  ])('of %j', (text, last, told) => {
    expect(cut(text, last)).toEqual(told);
  });
});
