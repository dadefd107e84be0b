import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine } from '../../../src/io/engine/engine.ts';
import { engineHost } from '../../../src/io/engine/host.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import { backendContract, outcomeOf } from '../../backends/contract.ts';
import { command } from '../../engine/machine/command.ts';
import { docker } from '../support/images/containers.ts';
import { type RealBench, startRealBench } from '../support/real-bench.ts';
import { type SshEngine, startSshEngine } from '../support/servers/ssh-engine.ts';

backendContract('the docker backend on an engine over ssh', () =>
  startRealBench('ssh', (env) => startSshEngine(env)),
);

/** The processes of ssh that lead to this server. */
function loginsTo({ sshd }: SshEngine): readonly number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  const ours = listed
    .split('\n')
    .filter((line) => / ssh -F /.test(line) && line.includes(`-p ${sshd.port} `));
  return ours.map((line) => Number.parseInt(line, 10));
}

describe('an engine over ssh', () => {
  let ssh: SshEngine;
  let bench: RealBench;
  beforeAll(async () => {
    bench = await startRealBench('ssh-faults', async (env) => {
      ssh = await startSshEngine(env);
      return ssh;
    });
  });
  afterAll(() => bench?.close());

  async function engine(url = ssh.url, env: Readonly<Record<string, string>> = {}) {
    const readText = async (): Promise<undefined> => undefined;
    const around = { env: { ...ssh.env, DOCKER_HOST: url, ...env }, home: '/', readText };
    return createEngine(await engineHost({ ...around, exists: async () => false }));
  }

  const ping = async (url?: string, env?: Readonly<Record<string, string>>) =>
    (await engine(url, env)).json({ method: 'GET', path: '/info' });

  it.each([
    [
      'whose host key nobody has confirmed',
      'known_hosts',
      '',
      /the host key of "127.0.0.1" is not known here/,
    ],
    [
      'that has another host key than before',
      'known_hosts',
      'another',
      /"127.0.0.1" has another host key than the one that is known here/,
    ],
    ['that does not know the key of the user', 'user', 'another', /"127.0.0.1" lets nobody in with the keys/],
  ])('%s is sent nothing', async (_, file, content, told) => {
    const path = join(ssh.sshd.folder, file);
    const before = await readFile(path, 'utf8');
    const other = await anotherKey(ssh);
    const [host] = before.split(' ');
    const text = file === 'user' ? other.secret : `${host} ${other.open}`;
    await writeFile(path, content === '' ? '' : text);

    await expect(ping()).rejects.toThrow(told);
    await writeFile(path, before);

    expect(await ping()).toMatchObject({ OSType: 'linux' });
  });

  it('that has no docker command says what to install', async () => {
    const bare = await startSshEngine({ ...bench.parts.env }, '/nowhere');

    const answer = ping(bare.url, bare.env);

    await expect(answer).rejects.toThrow('"127.0.0.1" has no docker command for who logs in by ssh');
    await bare.stop();
  });

  it('is reached at the socket that its address names', async () => {
    const { DOCKER_HOST: host = '' } = bench.parts.env;

    expect(await ping(`${ssh.url}${host.replace('unix://', '')}`)).toMatchObject({ OSType: 'linux' });
    await expect(ping(`${ssh.url}/no/such.sock`)).rejects.toThrow('no Docker engine answers on "127.0.0.1"');
  });

  it('is logged in to once for requests that follow each other', async () => {
    const one = await engine();
    const others = loginsTo(ssh);
    const seen = new Set<number>();
    for (let request = 0; request < 15; request++) {
      await one.json({ method: 'GET', path: '/info' });
      for (const pid of loginsTo(ssh)) seen.add(pid);
    }

    expect([...seen].filter((pid) => !others.includes(pid))).toHaveLength(1);
  });

  it('loses no line of a log, and shows none twice, when its connections are cut', async () => {
    const backend = bench.connect();
    const wait = 'while [ ! -e /tmp/go$n ]; do sleep 0.1; done';
    const text = `for n in 1 2 3; do for i in $(seq 1000); do echo $n $i; done; ${wait}; done; echo end`;
    const plan = { ...bench.plan('counts'), command: { kind: 'shell', shell: 'sh', text } as const };
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const cuts: number[] = [];

    const events = backend.follow(handle, new AbortController().signal);
    const { stdout, verdict } = await outcomeOf(
      afterEach(/^\d 1000$/gm, events, async (count) => {
        const logins = loginsTo(ssh);
        cuts.push(logins.length);
        for (const pid of logins) process.kill(pid, 'SIGKILL');
        await docker(['exec', handle.name, 'touch', `/tmp/go${count}`], bench.parts.env);
      }),
    );
    await backend.clean(handle);

    expect(cuts.map((count) => count > 0)).toEqual([true, true, true]);
    const lines = [1, 2, 3].flatMap((n) => Array.from({ length: 1_000 }, (_, at) => `${n} ${at + 1}`));
    expect(stdout.split('\n')).toEqual([...lines, 'end', '']);
    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
  });

  it('is asked by way of a connection that the user keeps open', async () => {
    const socket = join(ssh.sshd.folder, 'control');
    await ssh.configure('ControlMaster auto', `ControlPath ${socket}`, 'ControlPersist 60');

    const answers = await Promise.all(Array.from({ length: 6 }, () => ping()));
    execFileSync('ssh', ['-S', socket, '-O', 'exit', 'x'], { stdio: 'ignore' });
    await ssh.configure();

    expect(answers).toHaveLength(6);
  });

  it('goes on with one request when another is given up whose connection they share', async () => {
    await ssh.configure('ControlMaster auto', `ControlPath ${join(ssh.sshd.folder, 'shared')}`);
    const one = await engine();
    const givenUp = new AbortController();
    const events = { method: 'GET', path: '/events', timeout: 0 } as const;
    const first = await one.call({ ...events, signal: givenUp.signal });
    first.body.on('error', () => undefined);
    const second = await one.call(events);
    await ssh.configure();

    givenUp.abort();
    const told = second.body[Symbol.asyncIterator]().next();
    const Name = `jobimg-ssh-${process.pid}`;
    await one.json({ method: 'POST', path: '/volumes/create', body: { Name } });
    const { value } = await told;
    await one.json({ method: 'DELETE', path: `/volumes/${Name}` });
    second.body.destroy();

    expect(String(value)).toContain('"Type":');
  });

  it('answers when it takes fewer logins at once than are asked for', async () => {
    const one = await engine();

    const answers = await Promise.all(
      Array.from({ length: 25 }, () => one.json({ method: 'GET', path: '/info' })),
    );

    expect(answers).toHaveLength(25);
  });
});

/** Acts each time that the log says it, and tells how often it has. */
async function* afterEach(
  said: RegExp,
  events: AsyncIterable<RunEvent>,
  act: (count: number) => Promise<void>,
): AsyncGenerator<RunEvent> {
  let text = '';
  let seen = 0;
  for await (const event of events) {
    yield event;
    if (event.type === 'log') text += Buffer.from(event.bytes).toString();
    const count = text.match(said)?.length ?? 0;
    if (count > seen) await act(count);
    seen = count;
  }
}

async function anotherKey({ sshd }: SshEngine): Promise<{ readonly open: string; readonly secret: string }> {
  const folder = join(sshd.folder, 'other');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `key-${process.hrtime.bigint()}`);
  await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return { open: await readFile(`${path}.pub`, 'utf8'), secret: await readFile(path, 'utf8') };
}
