import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseReference } from '../../../src/oci/reference.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Verdict } from '../../../src/run/types/verdict.ts';
import { command } from '../../engine/machine/command.ts';
import { docker } from '../support/images/containers.ts';
import { readRequests } from '../support/images/images.ts';
import { type SlurmBench, startSlurmBench } from '../support/slurm-bench.ts';

describe('a node that has no engine, for a user who is not root', () => {
  const never = new AbortController().signal;
  let bench: SlurmBench;
  beforeAll(async () => {
    bench = await startSlurmBench('apptainer-node', { hasUser: true, nodes: 2 });
  });
  afterAll(() => bench?.close());

  async function run(text: string, changes: Partial<RunPlan> = {}) {
    const plan = bench.plan('prints', { command: { kind: 'shell', shell: 'sh', text }, ...changes });
    const backend = bench.connect();
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const logs = ['', ''];
    let verdict: Verdict | undefined;
    for await (const event of backend.follow(handle, never)) {
      if (event.type === 'log') logs[event.node ?? 0] += Buffer.from(event.bytes).toString();
      if (event.type === 'end') verdict = event.verdict;
    }
    const folder = join(bench.cluster.folder, plan.id);
    const { files } = await backend.collect(handle, plan, folder);
    await backend.clean(handle);
    return { verdict, logs, log: logs[0] ?? '', files, folder, handle };
  }

  /** What its jobs have left on the disk of the node. */
  async function left(): Promise<readonly string[]> {
    return (await readdir('/tmp')).filter((name) => name.startsWith(`jobimg-test-${process.pid}-`));
  }

  it('gives a job the variables, the work directory and the rights that it has elsewhere', async () => {
    const env = new Map([
      ['HOME', '/home/of/job'],
      ['QUOTED', `it's "$(id)" \`x\` \\n`],
    ]);

    const { log } = await run('echo $HOME; pwd; umask; printf "%s\\n" "$QUOTED"; ls -A $HOME 2>&-; set', {
      env,
    });

    expect(log.split('\n').slice(0, 4)).toEqual([
      '/home/of/job',
      '/workspace',
      '0022',
      `it's "$(id)" \`x\` \\n`,
    ]);
    expect(log).not.toMatch(/SLURM|student|APPTAINER_DOCKER/);
  });

  it('has room on its disk for what a job writes, and keeps nothing of it', async () => {
    const big = 'dd if=/dev/zero bs=1M count=80 2>&-';

    const { log, verdict } = await run(
      `for f in /tmp/a here /b; do ${big} of=$f || echo no $f; wc -c <$f; done`,
    );

    expect([log, verdict?.exitCode]).toEqual(['83886080\n'.repeat(3), 0]);
    expect(await left()).toEqual([]);
  });

  it('brings files back as outputs, and none that a link leads to', async () => {
    const text =
      'echo 1 >model.bin; echo {} >metrics.json; ln -s /etc out; ln -s /etc/passwd link.txt; exit 2';
    const outputs = ['model.bin', 'out/host.conf', 'link.txt'];

    const { files, verdict } = await run(text, { outputs, metrics: [{ path: 'metrics.json' }] });

    expect([files, verdict?.exitCode]).toEqual([['metrics.json', 'model.bin'], 2]);
  });

  async function pushed(name: string, lines: string): Promise<RunPlan['image']> {
    const tag = `${bench.parts.registry.host}/library/${name}:1`;
    const context = join(bench.cluster.folder, name);
    await mkdir(context);
    await writeFile(join(context, 'Dockerfile'), `FROM ${bench.parts.busybox?.reference}\n${lines}`);
    await docker(['build', '--quiet', '--tag', tag, context], bench.parts.env);
    await docker(['push', '--quiet', tag], bench.parts.env);
    const digests = ['image', 'inspect', '--format', '{{index .RepoDigests 0}}', tag];
    const reference = parseReference((await docker(digests, bench.parts.env)).trim());
    return { ...reference, tag: undefined } as RunPlan['image'];
  }

  it('makes an image once for jobs that start together', async () => {
    const [one, two] = [await pushed('one', 'ENV ONE=1\n'), await pushed('two', 'ENV TWO=2\n')];

    await run('true', { image: one });
    const together = await Promise.all([run('true', { image: two }), run('true', { image: two })]);

    expect(together.map(({ verdict }) => verdict?.reason)).toEqual(['succeeded', 'succeeded']);
    expect(await askedFor('two')).toBe(await askedFor('one'));
  });

  async function askedFor(name: string): Promise<number> {
    const requests = await readRequests(bench.parts.registry);
    return requests.filter(({ path }) => path.startsWith(`/v2/library/${name}/manifests/`)).length;
  }

  it('begins in the work directory that an image has which is not ours', async () => {
    const image = await pushed('with-workdir', 'WORKDIR /data/here\nENV FROM_IMAGE="a b"\n');

    const { files, log } = await run('pwd; echo $FROM_IMAGE; echo 1 >a.txt', {
      image,
      workdir: undefined,
      outputs: ['a.txt'],
    });

    expect([log, files]).toEqual(['/data/here\na b\n', ['a.txt']]);
  });

  it('ends all of a job that does not listen', async () => {
    const backend = bench.connect();
    const text = 'trap "" TERM; (trap "" TERM; sleep 77) & echo ready; sleep 77; sleep 77';
    const plan = bench.plan('prints', { command: { kind: 'shell', shell: 'sh', text } });
    const handle = await backend.submit(plan, backend.intentOf(plan));
    for await (const { type } of backend.follow(handle, never)) if (type === 'log') break;

    await backend.cancel(handle, 1);

    while ((await processes()) !== '') await sleep(100);
    expect(await bench.count(handle.name)).toBe(0);
    while ((await left()).length > 0) await sleep(100);
  });

  /** Those of the user of the cluster, the file systems of its containers among them. */
  async function processes(): Promise<string> {
    const { stdout } = await command('pgrep', ['-u', String(bench.cluster.user?.id)], { allowFailure: true });
    return stdout.trim();
  }

  it('keeps no password of the registry', async () => {
    const { verdict } = await run('true');

    const { password = 'none' } = bench.parts.registry;
    const found = await command('grep', ['-rl', '--', password, bench.cluster.user?.home ?? ''], {
      allowFailure: true,
    });
    expect([verdict?.reason, found.stdout]).toEqual(['succeeded', '']);
  });

  it('finds its inputs, its cache and its checkpoint', async () => {
    const checkpoint = { name: 'c', path: 'state', key: 'c'.repeat(16) };
    const text = [
      'echo $JOBIMG_RESUME; cat state/step /hub/model 2>&- || true; head -c 9 /inputs/a/x; echo',
      '(echo x >/inputs/a/x) 2>&- || echo kept; echo 7 >state/step; echo big >/hub/model',
    ].join('\n');
    const changes: Partial<RunPlan> = {
      caches: [{ name: 'hub', path: '/hub', key: 'd'.repeat(16) }],
      checkpoint,
      inputs: [{ name: 'a', from: { path: 'a' }, folder: '/inputs/a', file: 'x' }],
      env: new Map([['JOBIMG_RESUME', '0']]),
    };

    const [first, second] = [await run(text, changes), await run(text, changes)];
    await bench.connect().releaseCheckpoint?.(checkpoint);

    expect(first.log).toBe('0\n/inputs/a\nkept\n');
    expect(second.log).toBe('1\n7\nbig\n/inputs/a\nkept\n');
  });

  it('is one of two that meet, each with its log and its outputs', async () => {
    const text = [
      'echo node $NODE_RANK of $JOBIMG_NODES; mkdir -p outputs; echo $NODE_RANK >outputs/rank',
      'if [ $NODE_RANK = 0 ]; then mkfifo in; nc -l -p $MASTER_PORT <>in',
      'else until echo hello from $NODE_RANK | nc -w 5 $MASTER_ADDR $MASTER_PORT 2>&-; do sleep 0.2; done; fi',
    ].join('\n');
    const env = new Map([
      ['JOBIMG_NODES', '2'],
      ['MASTER_PORT', '29519'],
    ]);

    const { files, logs, verdict } = await run(text, { nodes: { count: 2, outputs: 'all' }, env });

    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(logs).toEqual(['node 0 of 2\nhello from 1\n', 'node 1 of 2\n']);
    expect(files).toEqual(['node-1/outputs/rank', 'outputs/rank']);
  });
});
