import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { COPIES, SHARED, VOLUMES } from '../../../src/backends/kubernetes/job/kept-paths.ts';
import {
  CHOOSE_BASH,
  keeper,
  NOTHING_THERE,
  stopCommand,
  tarCommand,
  wrapper,
} from '../../../src/backends/kubernetes/job/scripts.ts';

const COPY = { path: 'model.pt', at: './model.pt' };

describe('the scripts of a pod, in a real shell', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jobimg-pod-'));
    mkdirSync(join(folder, 'shared'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is the root of a pod is a folder here. */
  const here = (script: string): string =>
    script
      .replaceAll(VOLUMES, join(folder, 'volumes'))
      .replaceAll(COPIES, join(folder, 'shared/files'))
      .replaceAll(SHARED, join(folder, 'shared'))
      .replaceAll('/dev/termination-log', join(folder, 'termination-log'));

  function start(script: string, ...words: readonly string[]): ChildProcess {
    return spawn('sh', ['-c', here(script), 'jobimg', ...words], { cwd: folder });
  }

  async function ended(child: ChildProcess) {
    const said = child.stdout === null ? '' : text(child.stdout);
    const [code] = await once(child, 'exit');
    return { code: code as number, said: await said };
  }

  const run = (words: readonly string[], choose = '') =>
    ended(start(wrapper({ volumes: [], copies: [COPY], folders: ['./out/a'] }, choose), ...words));
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it.each([
    ['its own', ['sh', '-c', 'exit 7'], 7],
    ['of a child that was killed', ['sh', '-c', 'kill -9 $$'], 137],
    ['255', ['sh', '-c', 'exit 255'], 255],
    ['of a command that is not there', ['no-such-command'], 127],
    ['of a file that is no program', ['/etc/passwd'], 126],
  ])('give back an exit code: %s', async (_, words, code) => {
    expect((await run(words)).code).toBe(code);
  });

  it('pass words on as they are', async () => {
    const { said } = await run(['printf', '%s|', 'a b', '', '$HOME', "it's", '-n', 'ü\n']);

    expect(said).toBe("a b||$HOME|it's|-n|ü\n|");
  });

  it('run a text with bash and pipefail', async () => {
    expect((await run(['false | true'], CHOOSE_BASH)).code).toBe(1);
  });

  it('copy what is no volume, also of a job that failed, and nothing where there is nothing', async () => {
    const { code } = await run(['sh', '-c', 'echo weights >model.pt; exit 3']);

    expect([code, read('shared/files/model.pt')]).toEqual([3, 'weights\n']);
    expect((await run(['sh', '-c', 'rm model.pt'])).code).toBe(0);
  });

  it('make the folders that outputs are written to', async () => {
    expect((await run(['sh', '-c', 'echo x >out/a/b'])).code).toBe(0);
  });

  it('pass SIGTERM on, and wait for what the job saves', async () => {
    const job = 'trap "echo saved >model.pt; exit 5" TERM; echo ready; while :; do sleep 0.1; done';
    const child = start(wrapper({ volumes: [], copies: [COPY], folders: ['./out/a'] }, ''), 'sh', '-c', job);
    await once(child.stdout ?? child, 'data');
    child.kill('SIGTERM');

    expect((await ended(child)).code).toBe(5);
    expect(read('shared/files/model.pt')).toBe('saved\n');
  });

  /** A job beside the container that minds it, as a pod has them. */
  async function minded(job: string, limits: { readonly timeout: number; readonly grace: number }) {
    const main = start(wrapper({ volumes: [], copies: [], folders: [] }, ''), 'sh', '-c', job);
    const minding = start(keeper(limits));
    return { main, minding };
  }

  it('end a job at its limit, and write down why', async () => {
    const { main, minding } = await minded('exec sleep 60', { timeout: 1, grace: 5 });
    const { code } = await ended(main);
    minding.kill('SIGTERM');

    expect([code, read('termination-log')]).toEqual([143, 'timeout\n']);
    expect((await ended(minding)).code).toBe(0);
  });

  it('kill a job that does not end within the grace', async () => {
    const { main, minding } = await minded('trap "" TERM; while :; do sleep 0.1; done', {
      timeout: 1,
      grace: 1,
    });
    const { code } = await ended(main);
    minding.kill('SIGTERM');

    expect([code, read('termination-log')]).toEqual([137, 'timeout\n']);
  });

  it('end a job when they are told to, and stay until they are ended themselves', async () => {
    const { main, minding } = await minded('echo ready; exec sleep 60', { timeout: 60, grace: 60 });
    await once(main.stdout ?? main, 'data');
    const [, , script = '', ...words] = stopCommand(2.5);
    expect((await ended(spawn('sh', ['-c', here(script), ...words]))).code).toBe(0);
    const { code } = await ended(main);

    expect([code, read('termination-log')]).toEqual([143, 'stopped\n']);
    expect(minding.exitCode).toBeNull();
    minding.kill('SIGTERM');
    expect((await ended(minding)).code).toBe(0);
  });

  it.each([
    ['node 0 that has succeeded', 0, '0', false, 'first', 600],
    ['another that has succeeded', 1, '0', false, 'first', 0],
    ['another that has succeeded, whose outputs are wanted', 1, '0', false, 'all', 600],
    ['one that has failed, which ends all others', 1, '3', false, 'all', 65],
    ['one that was killed with its shell', 0, undefined, false, 'first', 65],
    ['one that has failed and was told to stay', 1, '3', true, 'first', 600],
  ] as const)('keep the pod of %s', async (_, rank, code, isTold, outputs, seconds) => {
    if (code !== undefined) writeFileSync(join(folder, 'shared/code'), `${code}\n`);
    if (isTold) writeFileSync(join(folder, 'shared/stop'), '5\n');
    const [functions = ''] = keeper({ timeout: 60, grace: 5, nodes: { count: 2, outputs } }).split(
      'up; s=$u',
    );
    const env = { ...process.env, JOB_COMPLETION_INDEX: String(rank) };
    const child = spawn('sh', ['-c', `${here(functions)}p=1; stay`], { env });

    expect(await text(child.stdout)).toBe(`${seconds}\n`);
  });

  it('leave the machine when a node that nobody needs has succeeded, and tell how the job ended', async () => {
    const main = start(wrapper({ volumes: [], copies: [], folders: [] }, '', true), 'sh', '-c', 'exit 0');
    const script = keeper({ timeout: 60, grace: 1, nodes: { count: 2, outputs: 'first' } });
    const minding = spawn('sh', ['-c', here(script)], {
      env: { ...process.env, JOB_COMPLETION_INDEX: '1' },
    });

    expect([(await ended(main)).code, (await ended(minding)).code]).toEqual([0, 0]);
  });

  async function tarOf(path: string): Promise<readonly [number, readonly string[]]> {
    const [program = '', ...words] = tarCommand(path).map(here);
    const child = spawn(program, words);
    const list = spawn('tar', ['-tf', '-']);
    child.stdout.pipe(list.stdin);
    const names = text(list.stdout);
    const [code] = await once(child, 'exit');
    return [code as number, (await names).split('\n').filter(Boolean)];
  }

  it('find an output in its volume, among the copies, or nowhere', async () => {
    mkdirSync(join(folder, 'volumes/a/outputs'), { recursive: true });
    mkdirSync(join(folder, 'shared/files'));
    writeFileSync(join(folder, 'volumes/a/outputs/x.txt'), 'x');
    writeFileSync(join(folder, 'shared/files/-model.pt'), 'y');

    expect(await tarOf('a/outputs')).toEqual([0, ['./outputs/', './outputs/x.txt']]);
    expect(await tarOf('-model.pt')).toEqual([0, ['./-model.pt']]);
    expect(await tarOf('.')).toEqual([0, ['./files/', './files/-model.pt']]);
    expect((await tarOf('b'))[0]).toBe(NOTHING_THERE);
  });
});
