import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/types/event.ts';
import { outcomeOf } from '../../backends/contract.ts';
import { SSH_USER, startSshd } from '../support/servers/sshd.ts';
import { INPUT_SIZE, type LoginNode, type SlurmBench, startSlurmBench } from '../support/slurm-bench.ts';

/** A login node: who logs in has nothing but a shell there. */
async function startLoginNode(): Promise<LoginNode> {
  const sshd = await startSshd();
  const bin = join(sshd.folder, 'bin');
  await mkdir(bin);
  await writeFile(join(sshd.folder, 'known_hosts'), sshd.knownHost);
  const options = [
    `-i ${sshd.folder}/user`,
    '-o IdentityAgent=none',
    `-o UserKnownHostsFile=${sshd.folder}/known_hosts`,
  ];
  const path = process.env['PATH'] ?? '';
  const ssh = `#!/bin/sh\nPATH='${path}' exec ssh -F none ${options.join(' ')} "$@"\n`;
  await writeFile(join(bin, 'ssh'), ssh, { mode: 0o755 });
  return {
    address: `ssh://${SSH_USER}@127.0.0.1:${sshd.port}`,
    env: { PATH: bin },
    stop: () => sshd.stop(),
  };
}

describe('a cluster behind a login node', () => {
  const never = new AbortController().signal;
  let bench: SlurmBench;
  beforeAll(async () => {
    bench = await startSlurmBench('slurm-ssh', { reach: startLoginNode });
  });
  afterAll(() => bench?.close());

  it('runs a job once, shows all of its log, and brings its outputs', async () => {
    const backend = bench.connect();
    const run = bench.plan('leaves');
    const intent = backend.intentOf(run);
    await backend.check(run);

    const handles = await Promise.all([backend.submit(run, intent), bench.connect().submit(run, intent)]);
    const { verdict } = await outcomeOf(backend.follow(handles[0] ?? intent, never));
    const { files } = await backend.collect(intent, run, join(bench.cluster.folder, 'outputs'));
    await backend.clean(intent);

    expect(handles[0]).toEqual(handles[1]);
    expect(verdict).toEqual({ reason: 'failed', exitCode: 1 });
    expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
    expect(await bench.count(intent.name)).toBe(0);
  });

  it('gets its inputs by ssh, once', async () => {
    const backend = bench.connect();
    const inputs = ['a', 'b'].map((name) => ({
      ...{ name, from: { path: name }, folder: `/inputs/${name}`, file: 'x' },
    }));
    const text = 'wc -c </inputs/a/x; head -c 18 /inputs/b/x; ls -A /inputs';
    const run = bench.plan('prints', { inputs, command: { kind: 'shell', shell: 'sh', text } });
    const intent = backend.intentOf(run);
    await backend.check(run);

    await Promise.all([backend.submit(run, intent), bench.connect().submit(run, intent)]);
    const { stdout, verdict } = await outcomeOf(backend.follow(intent, never));
    const left = await readdir(join(bench.settings.folder ?? ''));
    await backend.clean(intent);

    expect(stdout).toBe(`${INPUT_SIZE}\n/inputs/b/inputs/ba\nb\n`);
    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(left.filter((name) => name.startsWith('.new'))).toEqual([]);
    expect(await bench.count(intent.name)).toBe(0);
  });

  it('is stopped over there with its grace', async () => {
    const backend = bench.connect();
    const run = bench.plan('traps', { secrets: ['SECRET'] });
    const handle = await backend.submit(run, backend.intentOf(run));
    const stop = new AbortController();
    const told: RunEvent[] = [];
    let log = '';
    for await (const event of backend.follow(handle, stop.signal)) {
      told.push(event);
      if (event.type !== 'log') continue;
      log += Buffer.from(event.bytes).toString();
      stop.abort();
    }
    await backend.clean(handle);

    expect(log).toBe('ready\nbye\n');
    expect(told.at(-1)).toMatchObject({ type: 'end', verdict: { reason: 'cancelled', exitCode: 0 } });
  });

  it('says at once what can never be had there', async () => {
    const backend = bench.connect();
    const long = { backend: { name: 'slurm', options: { partition: 'short' } }, timeout: 7_200 } as const;
    const run = bench.plan('prints', long);
    const handle = await backend.submit(run, backend.intentOf(run));
    const { verdict } = await outcomeOf(backend.follow(handle, never));
    const wrong = bench.plan('prints', { backend: { name: 'slurm', options: { partition: 'none' } } });

    const refused = backend.submit(wrong, backend.intentOf(wrong));

    await expect(refused).rejects.toThrow('Slurm does not take the job');
    await expect(refused).rejects.toThrow('invalid partition specified: none');
    expect(verdict).toMatchObject({ reason: 'no-capacity' });
    expect(await bench.cluster.ask('squeue', '--noheader', '--states=pending')).toBe('');
    await backend.clean(handle);
  });
});
