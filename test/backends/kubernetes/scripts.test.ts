import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { COPIES, ENDED, SHARED, VOLUMES } from '../../../src/backends/kubernetes/job/kept-paths.ts';
import {
  CHOOSE_BASH,
  keeper,
  NOTHING_THERE,
  stopCommand,
  tarCommand,
  wrapper,
} from '../../../src/backends/kubernetes/job/scripts.ts';
import {
  INPUTS_AT,
  INPUTS_WAIT,
  inputsScript,
  takeInputsCommand,
} from '../../../src/backends/kubernetes/job/volumes/inputs.ts';
import { archiveOf } from '../../../src/download/archive.ts';
import { movedTar } from '../../../src/io/inputs/moved-tar.ts';

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
      .replaceAll(INPUTS_AT, join(folder, 'inputs'))
      .replaceAll(ENDED, join(folder, 'ended'))
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
    ended(
      start(
        wrapper(
          { volumes: [], copies: [COPY], folders: ['./out/a'], checkpoint: join(folder, 'ckpt') },
          choose,
        ),
        ...words,
      ),
    );
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

  it('wait for inputs, and take them whole, however often they are brought', async () => {
    mkdirSync(join(folder, 'inputs'));
    writeFileSync(join(folder, 'a.txt'), 'one\n');
    const files = [{ path: join(folder, 'a.txt'), size: 4, target: '/inputs/x/a.txt' }];
    const tar = await buffer(movedTar([() => archiveOf(files, ['/inputs/x'])], ['/inputs/x']));
    const waiting = ended(start(inputsScript()));
    const bring = async (end: number) => {
      const child = start(takeInputsCommand()[2] ?? '');
      child.stdin?.end(tar.subarray(0, end));
      return await ended(child);
    };

    // Between two files.
    const torn = await bring(1_536);
    const whole = await bring(tar.length);

    expect([torn.code === 0, whole.code, (await waiting).code]).toEqual([false, 0, 0]);
    expect(read('inputs/files/0/a.txt')).toBe('one\n');
  });

  it('give up where nobody brings anything', async () => {
    mkdirSync(join(folder, 'inputs'));
    const script = inputsScript().replace(`-ge ${INPUTS_WAIT}`, '-ge 1');

    expect((await ended(start(script))).code).toBe(1);
    expect(read('termination-log')).toBe('late\n');
  });

  it('go on from a checkpoint, and remove it when the job has succeeded', async () => {
    const left = () => readdirSync(join(folder, 'ckpt'));
    mkdirSync(join(folder, 'ckpt'));
    const save = 'echo "$JOBIMG_RESUME"; echo 1 >ckpt/.a; echo 2 >ckpt/b; exit "$1"';

    const first = await run(['sh', '-c', save, 'x', '3']);
    const kept = left();
    const second = await run(['sh', '-c', save, 'x', '0']);

    expect([first.said, kept, second.said, left()]).toEqual(['\n', ['.a', 'b'], '1\n', []]);
  });

  it('remove a checkpoint that several nodes share when the last of them has succeeded', async () => {
    for (const made of ['ckpt', 'ended']) mkdirSync(join(folder, made));
    // Of an attempt of which one node succeeded.
    writeFileSync(join(folder, 'ended/train-1.1'), '');
    const left = () => readdirSync(join(folder, 'ckpt')).length;
    const node = async (rank: number, code: string) => {
      const paths = { volumes: [], copies: [], folders: [], checkpoint: './ckpt' };
      const script = wrapper(paths, '', { run: 'train-1-t2', count: 2 });
      const env = { ...process.env, JOB_COMPLETION_INDEX: String(rank) };
      await ended(
        spawn('sh', ['-c', here(script), 'x', 'sh', '-c', `echo 1 >ckpt/a; exit ${code}`], {
          cwd: folder,
          env,
        }),
      );
      return left();
    };

    const kept = [await node(1, '3'), await node(0, '0')];

    expect([kept, await node(1, '0'), readdirSync(join(folder, 'ended'))]).toEqual([[1, 1], 0, []]);
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
    const main = start(
      wrapper({ volumes: [], copies: [], folders: [] }, '', { run: 'train-1', count: 2 }),
      'sh',
      '-c',
      'exit 0',
    );
    const script = keeper({ timeout: 60, grace: 1, nodes: { count: 2, outputs: 'first' } });
    const minding = spawn('sh', ['-c', here(script)], {
      env: { ...process.env, JOB_COMPLETION_INDEX: '1' },
    });

    const both = await Promise.all([ended(main), ended(minding)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
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
