import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Docker } from '../../../../src/backends/docker/engine/docker.ts';
import { metricsFile } from '../../../../src/run/metrics/metrics-file.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import type { FakeFile } from '../../../fakes/engine-archive.ts';
import { outcomeOf } from '../../contract.ts';
import { dockerOn } from '../../docker-bench.ts';
import { type FakeBench, startFakeBench } from '../../fake-bench.ts';

const AT = '/workspace/outputs';
const NEVER = new AbortController().signal;

let bench: FakeBench;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-outputs-'));
});
afterEach(async () => {
  await bench?.close();
  await rm(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, FakeFile>>;

interface Changes {
  readonly run?: Partial<RunPlan>;
  readonly docker?: Partial<Docker>;
  readonly to?: string;
}

/** A run that left these files and is over. */
async function ended(files: Files, { run = {}, docker = {}, to = join(folder, 'out') }: Changes = {}) {
  bench = await startFakeBench({
    leaves({ files: own }) {
      for (const [path, file] of Object.entries(files)) own.set(path, file);
      return 0;
    },
  });
  const plan = bench.plan('leaves', run);
  const { backend } = dockerOn(bench.engine.url, docker);
  const handle = await backend.submit(plan, backend.intentOf(plan));
  await outcomeOf(backend.follow(handle, NEVER));
  return { to, backend, handle, collect: () => backend.collect(handle, plan, to) };
}

async function collect(files: Files, changes: Changes = {}) {
  const run = await ended(files, changes);
  const collected = await run.collect();
  return { ...run, ...collected, messages: collected.findings.map(({ message }) => message) };
}

/** What is in a folder and below it, without folders. */
async function filesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .sort();
}

const names = (): readonly string[] => [...bench.engine.containers.values()].map(({ name }) => name);

describe('outputs', () => {
  it('that were declared and are missing are a warning', async () => {
    const { files, findings } = await collect(
      { '/workspace/model.pt': { content: 'm' } },
      { run: { outputs: ['model.pt', 'log.txt'] } },
    );

    expect(files).toEqual(['model.pt']);
    expect(findings).toEqual([
      { level: 'warning', code: 'outputs', message: 'the job left no output "log.txt"' },
    ]);
  });

  it('that are a folder with nothing in it are a warning', async () => {
    const { files, messages } = await collect(
      { '/workspace/logs': { type: 'directory' }, '/workspace/model.pt': { content: 'm' } },
      { run: { outputs: ['logs', 'model.pt'] } },
    );

    expect([files, messages]).toEqual([['model.pt'], ['the job left no output "logs"']]);
  });

  it('bring the metrics with them', async () => {
    const { files } = await collect(
      { '/workspace/metrics.json': { content: '{}' } },
      { run: { metrics: [{ path: 'metrics.json' }] } },
    );

    expect(files).toEqual(['metrics.json']);
  });

  it('are as many as there are; the first of them have names, and so has what holds metrics', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_500 }, (_, index) => [`${AT}/${index}`, { content: '' }]),
    );

    const { files, findings, kept, more, to } = await collect({
      ...many,
      [`${AT}/metrics.json`]: { content: '{}' },
    });

    expect([files.length + more, findings, kept]).toEqual([10_501, [], undefined]);
    expect(files.length).toBeLessThan(1_100);
    expect(files).toContain('outputs/metrics.json');
    expect(await readdir(join(to, 'outputs'))).toHaveLength(10_501);
  });

  it('are there although the engine found nothing while somebody else looked at the container', async () => {
    const run = await ended({ [`${AT}/model.pt`]: { zeros: 10 } });
    let looks = 0;
    bench.engine.fault = (call, _, response) => {
      if (!call.startsWith('GET') || !call.endsWith('/archive') || looks++ > 0) return false;
      response.writeHead(404).end();
      return true;
    };

    expect((await run.collect()).files).toEqual(['outputs/model.pt']);
  });

  it('are read before the engine is asked for anything else of the container', async () => {
    const run = await ended({ [`${AT}/model.pt`]: { zeros: 10 } });
    bench.engine.calls.length = 0;

    await run.collect();

    const calls = bench.engine.calls.map((call) => call.replace(/.*\//, ''));
    expect(calls.indexOf('changes')).toBeGreaterThan(calls.lastIndexOf('archive'));
  });

  it('go on after a large file', async () => {
    const { files } = await collect({
      [`${AT}/a`]: { zeros: 60e6 },
      [`${AT}/z`]: { content: 'z' },
    });

    expect(files).toEqual(['outputs/a', 'outputs/z']);
    expect((await stat(join(folder, 'out/outputs/a'))).size).toBe(60e6);
  });
});

describe('an entry of the outputs that is no regular file', () => {
  it('is named, with the reason', async () => {
    const { files, findings, kept } = await collect({
      [`${AT}/a`]: { content: 'a', mode: 0o4755 },
      [`${AT}/hard`]: { type: 'link', link: 'outputs/a' },
      [`${AT}/link`]: { type: 'symlink', link: '/etc/passwd' },
      [`${AT}/pipe`]: { type: 'fifo' },
    });

    expect(files).toEqual(['outputs/a', 'outputs/hard']);
    expect(kept).toBeUndefined();
    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'outputs',
        message:
          '2 entries of the outputs were left out: "outputs/pipe" (a pipe, socket or device), "outputs/link" (a link to "/etc/passwd", which was not collected)',
      },
    ]);
  });

  it('is named only when it is among the first, and counted else', async () => {
    const pipes = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`${AT}/${index}`, { type: 'fifo' } as const]),
    );

    const { messages } = await collect(pipes);

    expect(messages).toEqual([
      expect.stringMatching(/^300 entries .*"outputs\/0" \(a pipe.*, 295 more \(a pipe, socket or device\)$/),
    ]);
  });

  it('is a further name of a file where a link leads to one that was collected', async () => {
    const { files, findings, to } = await collect({
      [`${AT}/checkpoint-3/model.pt`]: { content: 'weights' },
      [`${AT}/checkpoint-3/same.pt`]: { type: 'symlink', link: '../best.pt' },
      [`${AT}/best.pt`]: { type: 'symlink', link: 'latest/model.pt' },
      [`${AT}/absolute`]: { type: 'symlink', link: `${AT}/best.pt` },
      [`${AT}/latest`]: { type: 'symlink', link: 'checkpoint-3' },
    });

    const links = ['absolute', 'best.pt', 'checkpoint-3/same.pt', 'latest/model.pt', 'latest/same.pt'];
    expect(findings).toEqual([]);
    expect(files).toEqual(['checkpoint-3/model.pt', ...links].map((name) => `outputs/${name}`).sort());
    for (const name of links) {
      expect((await stat(join(to, 'outputs', name))).isFile()).toBe(true);
      expect(await readFile(join(to, 'outputs', name), 'utf8')).toBe('weights');
    }
  });

  it.each([
    ['out of the folder', '../../../etc/passwd', 'which was not collected'],
    ['to nothing', 'nothing', 'which was not collected'],
    ['to itself', 'link', 'which was not collected'],
    ['to the folder that it stands in', '.', 'which contains the link itself'],
    ['through a link that leads out', 'way-out/etc/passwd', 'which was not collected'],
    ['out and in again', '../../workspace/outputs/a', undefined],
  ])('is left out, when it is a link %s', async (_, link, why) => {
    await writeFile(join(folder, 'passwd'), 'secret');

    const { messages, to } = await collect({
      [`${AT}/a`]: { content: 'a' },
      [`${AT}/way-out`]: { type: 'symlink', link: '/' },
      [`${AT}/link`]: { type: 'symlink', link },
    });

    if (why === undefined) expect(await readFile(join(to, 'outputs/link'), 'utf8')).toBe('a');
    else expect(messages).toEqual([expect.stringContaining(`a link to ${JSON.stringify(link)}, ${why}`)]);
    expect(await filesIn(to)).toEqual(['outputs/a', ...(why === undefined ? ['outputs/link'] : [])]);
  });

  it('never multiplies what was collected: links to folders in linked folders are not followed', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => [
      [`${AT}/${level}/file`, { content: 'x' }],
      [`${AT}/${level}/one`, { type: 'symlink', link: `../${level + 1}` }],
      [`${AT}/${level}/two`, { type: 'symlink', link: `../${level + 1}` }],
    ]).flat();

    const { files, more } = await collect(Object.fromEntries(levels));

    expect(files.length + more).toBeLessThan(1_000);
  });
});

describe('an output that has the name of a log of the run', () => {
  it('is kept under another name, with all others, and the log stays', async () => {
    const run = await ended(
      {
        '/workspace/log.txt': { content: 'of the job' },
        '/workspace/log.node-1.txt': { content: 'another' },
        '/workspace/log.output.txt': { content: 'a third' },
        '/workspace/model.pt': { content: 'm' },
        '/workspace/sub/log.txt': { content: 'below' },
      },
      { run: { outputs: ['.'] } },
    );
    await mkdir(run.to);
    await writeFile(join(run.to, 'log.txt'), 'of the run');

    const { files, findings, kept } = await run.collect();

    const names = [
      'log.node-1.output.txt',
      'log.output.output.txt',
      'log.output.txt',
      'model.pt',
      'sub/log.txt',
    ];
    expect([files, kept]).toEqual([names, undefined]);
    expect(await filesIn(run.to)).toEqual([...names, 'log.txt'].sort());
    expect(await readFile(join(run.to, 'log.txt'), 'utf8')).toBe('of the run');
    expect(await readFile(join(run.to, 'log.output.txt'), 'utf8')).toBe('of the job');
    expect(findings).toContainEqual({
      level: 'warning',
      code: 'outputs',
      message:
        'the output "log.txt" is kept as "log.output.txt": the folder of the run has a log of that name',
      hint: 'let the job give it another name',
    });
  });

  it('is read for metrics under that name', () => {
    expect(metricsFile([{ path: 'log.txt' }], ['log.output.txt'])).toBe('log.output.txt');
  });

  it('is kept so where it alone was asked for', async () => {
    const run = await ended(
      { '/workspace/log.txt': { content: 'of the job' } },
      { run: { outputs: ['log.txt'] } },
    );
    await mkdir(run.to);
    await writeFile(join(run.to, 'log.txt'), 'of the run');

    expect((await run.collect()).files).toEqual(['log.output.txt']);
  });
});

describe('outputs that cannot be copied', () => {
  const LARGE = { [`${AT}/large`]: { zeros: 50e6 }, '/workspace/small': { content: 's' } };
  const outputs = ['outputs/', 'small'];
  /** A disk of which other programs may take, too. */
  const diskOf =
    (...free: number[]) =>
    async (path: string) => ({
      folder: path,
      free: (free.length > 1 ? free.shift() : free[0]) ?? 0,
      device: 1,
    });

  it('for they do not fit are measured before a byte is written, and the others come', async () => {
    const { files, findings, kept, to } = await collect(LARGE, {
      run: { outputs },
      docker: { diskOf: diskOf(80e6) },
    });

    expect(files).toEqual(['small']);
    expect(await filesIn(to)).toEqual(['small']);
    expect(kept?.name).toMatch(/^jobimg-kept-test-/);
    expect(findings).toEqual([
      {
        level: 'warning',
        code: 'outputs',
        message: `the output "outputs" could not be copied: it takes 50 MB, and "${folder}" has 80 MB free, and 40 MB must stay free. The container "${kept?.name}" is kept, and contains it`,
        hint: `on the machine of the run: mkdir -p ${to}/kept && docker cp ${kept?.name}:${AT} ${to}/kept && docker rm --volumes ${kept?.name}`,
      },
    ]);
    expect(
      bench.engine.calls.filter((call) => call.startsWith('GET') && call.endsWith('/archive')),
    ).toHaveLength(4 - 1);
  });

  it('for somebody else fills the disk meanwhile leave no part of a file', async () => {
    const { kept, messages, to } = await collect(
      { [`${AT}/a`]: { content: 'a' }, [`${AT}/large`]: { zeros: 200e6 } },
      { docker: { diskOf: diskOf(1e9, 1e9, 1e9, 1e9, 1e6) } },
    );

    expect(kept).toBeDefined();
    expect(messages[0]).toContain('has 1.0 MB free');
    await expect(access(to)).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).toEqual([]);
  });

  /** The archive is cut after so many bytes: by the connection, or by an engine that thinks it is at the end. */
  function cutAfter(bytes: number, how: 'broken' | 'clean'): void {
    bench.engine.fault = (call, request, response) => {
      if (!/^GET .*\/archive$/.test(call)) return false;
      const send = response.write.bind(response) as (chunk: Buffer, sent: () => void) => boolean;
      const end = () => (how === 'clean' ? response.end() : request.socket.destroy());
      let left = bytes;
      response.write = ((chunk: Buffer) => {
        const part = chunk.subarray(0, left);
        left -= part.length;
        if (part.length > 0) send(part, left === 0 ? end : () => undefined);
        return true;
      }) as ServerResponse['write'];
      return false;
    };
  }

  it.each([
    ['broken', 700],
    ['broken', 5_000],
    ['clean', 700],
    // Right between two entries: a header and a block for each of them.
    ['clean', 1_024],
  ] as const)('for the archive has a %s end after %i bytes leave no part of it', async (how, bytes) => {
    const run = await ended({
      [`${AT}/a`]: { content: 'a' },
      [`${AT}/b`]: { content: 'b'.repeat(10_000) },
    });
    cutAfter(bytes, how);

    const { files, findings, kept } = await run.collect();

    expect([files, kept?.name]).toEqual([[], names()[0]]);
    expect(findings[0]?.message).toContain('could not be read to its end');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['while the engine is asked what else the job wrote', /\/changes$/],
    ['in the middle of that answer', /\/changes$/],
    ['while the engine is asked for its machine', /^GET \/info$/],
    ['while the engine is asked about a file', /^HEAD .*\/archive$/],
  ])('are none when the connection is cut %s: the copy is complete', async (how, calls) => {
    const run = await ended({ [`${AT}/a`]: { content: 'a' }, '/workspace/model.pt': { zeros: 5e6 } });
    bench.engine.fault = (call, request, response) => {
      if (!calls.test(call)) return false;
      if (how.startsWith('in the middle'))
        response.writeHead(200).write('[{"Kind":1,', () => request.socket.destroy());
      else request.socket.destroy();
      return true;
    };

    const { files, kept } = await run.collect();

    expect([files, kept]).toEqual([['outputs/a'], undefined]);
    expect(await readFile(join(run.to, 'outputs/a'), 'utf8')).toBe('a');
    expect(names()).toEqual([run.handle.name]);
  });

  it('for the engine went away are still where they were', async () => {
    const run = await ended({ [`${AT}/a`]: { content: 'a' } });
    await bench.engine.down();

    const { findings, kept } = await run.collect();
    await bench.engine.up();

    expect(kept?.name).toBe(run.handle.name);
    expect(findings[0]?.message).toContain('no Docker engine answers');
    expect(names()).toEqual([run.handle.name]);
  });

  it('for a path leads out of the archive are those alone', async () => {
    const { files, kept, messages } = await collect({
      [`${AT}/a`]: { content: 'a' },
      [`${AT}/../../../../tmp/evil`]: { content: 'x' },
      [`${AT}/z`]: { content: 'z' },
    });

    expect(files).toEqual(['outputs/a', 'outputs/z']);
    expect(messages[0]).toContain('(a path that leads out of the archive)');
    expect(kept).toBeDefined();
    expect((await readdir(folder)).sort()).toEqual(['out']);
  });

  it('for their name is taken keep the container: nobody else has the file', async () => {
    const { files, kept, messages } = await collect({
      [`${AT}/a`]: { content: 'a' },
      [`${AT}/a/b`]: { content: 'b' },
    });

    expect(files).toEqual(['outputs/a']);
    expect(messages).toEqual([
      '1 entry of the outputs was left out: "outputs/a/b" (a name that occurs twice)',
      expect.stringContaining('1 of its files cannot be written here'),
    ]);
    expect(kept).toBeDefined();
  });

  it.each([
    ['runs', 'elsewhere'],
    ['runs/one', '../elsewhere'],
  ])('for a link stands at %s go through no link', async (path, target) => {
    for (const name of path === 'runs' ? ['elsewhere'] : ['elsewhere', 'runs'])
      await mkdir(join(folder, name));
    await symlink(target, join(folder, path));

    const { kept, messages } = await collect(
      { [`${AT}/a`]: { content: 'a' } },
      { to: join(folder, 'runs', 'one') },
    );

    expect(messages).toEqual([expect.stringContaining('is not a folder, and nothing is written there')]);
    expect(kept).toBeDefined();
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('for something is there already never write over it', async () => {
    const { collect: again, to } = await collect({ [`${AT}/a`]: { content: 'a' } });
    await writeFile(join(to, 'outputs', 'mine'), 'mine');

    const { findings } = await again();

    expect(findings[0]?.message).toContain('already exists');
    expect(await readdir(join(to, 'outputs'))).toEqual(['a', 'mine']);
  });

  it('stay out of reach of who removes what is left of the run', async () => {
    const { backend, handle, kept } = await collect(LARGE, { docker: { diskOf: diskOf(10e6) } });

    await backend.cancel(handle, 0);
    await backend.clean(handle);

    expect(names()).toEqual([kept?.name]);
  });
});

describe('a file that a job wrote beside its outputs', () => {
  const stray = (path: string, size: string) =>
    `the job wrote "${path}", ${size}, which is not below outputs/, and removed with the container`;

  it.each([
    ['is told of', { '/workspace/model.pt': { zeros: 812e6 } }, [stray('model.pt', '812 MB')]],
    [
      'is told of when it is small and a model',
      { '/workspace/a.pkl': { zeros: 5e3 } },
      [stray('a.pkl', '5.0 kB')],
    ],
    ['is nothing when it is small', { '/workspace/notes.txt': { zeros: 5e3 } }, []],
    ['is nothing when it was there before', { '/workspace/model.pt': { zeros: 5e6, mtime: 0 } }, []],
    ['is nothing when a program keeps it', { '/workspace/.cache/model.pt': { zeros: 5e6 } }, []],
    ['is nothing elsewhere', { '/var/lib/model.pt': { zeros: 5e6 } }, []],
    ['is not a folder', { '/workspace/model.pt': { type: 'directory' } }, []],
  ] as const)('%s', async (_, files, messages) => {
    const collected = await collect({ [`${AT}/a`]: { content: 'a' }, ...files });

    expect(collected.messages).toEqual(messages);
    expect(collected.files).toEqual(['outputs/a']);
  });

  it('is one of many: the largest are named, and the engine is asked a few times', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [
        `/workspace/run/${index}.pt`,
        { zeros: 2e6 + index * 1e3 },
      ]),
    );

    const { messages } = await collect({ ...many, '/workspace/final.pt': { zeros: 9e9 } });

    expect(messages).toEqual([
      expect.stringMatching(
        /^the job wrote "final\.pt", 9\.0 GB; .* and 21 more, which are not below outputs\//,
      ),
    ]);
    expect(bench.engine.calls.filter((call) => call.startsWith('HEAD')).length).toBeLessThan(30);
  });

  it('is not worth a failure', async () => {
    const run = await ended({ '/workspace/model.pt': { zeros: 5e6 } });
    bench.engine.fault = (call, _, response) => {
      if (!call.endsWith('/changes')) return false;
      response.writeHead(500).end();
      return true;
    };

    expect(await run.collect()).toMatchObject({ files: [], more: 0, findings: [] });
  });
});
