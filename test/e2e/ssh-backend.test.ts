import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine } from '../../src/io/engine.ts';
import { engineHost } from '../../src/io/engine-host.ts';
import type { RunEvent } from '../../src/run/run.ts';
import { backendContract, outcomeOf } from '../backends/contract.ts';
import { type RealBench, startRealBench } from './support/real-bench.ts';
import { type SshEngine, startSshEngine } from './support/ssh-engine.ts';

backendContract('the docker backend on an engine over ssh', () =>
  startRealBench('ssh', (docker) => startSshEngine(docker)),
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
    bench = await startRealBench('ssh-faults', async (docker) => {
      ssh = await startSshEngine(docker);
      return ssh;
    });
  }, 300_000);
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
    await expect(ping(`${ssh.url}/no/such.sock`)).rejects.toThrow('no docker engine answers on "127.0.0.1"');
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
    const text = 'for i in $(seq 3000); do echo $i; [ $((i % 500)) = 0 ] && sleep 0.4; done; true';
    const plan = { ...bench.plan('counts'), command: { kind: 'shell', shell: 'sh', text } as const };
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const cuts: number[] = [];

    const events = backend.follow(handle, new AbortController().signal);
    const { stdout, verdict } = await outcomeOf(
      after([500, 4_000, 8_000], events, () => {
        const logins = loginsTo(ssh);
        cuts.push(logins.length);
        for (const pid of logins) process.kill(pid, 'SIGKILL');
      }),
    );
    await backend.clean(handle);

    expect(cuts.map((count) => count > 0)).toEqual([true, true, true]);
    expect(stdout.split('\n').slice(0, -1)).toEqual(Array.from({ length: 3_000 }, (_, at) => String(at + 1)));
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

  it('answers when it takes fewer logins at once than are asked for', async () => {
    const one = await engine();

    const answers = await Promise.all(
      Array.from({ length: 25 }, () => one.json({ method: 'GET', path: '/info' })),
    );

    expect(answers).toHaveLength(25);
  });
});

/** Acts each time that so many bytes of the log have come. */
async function* after(
  marks: readonly number[],
  events: AsyncIterable<RunEvent>,
  act: () => void,
): AsyncGenerator<RunEvent> {
  let bytes = 0;
  const left = [...marks];
  for await (const event of events) {
    yield event;
    bytes += event.type === 'log' ? event.bytes.length : 0;
    if (bytes < (left[0] ?? Number.POSITIVE_INFINITY)) continue;
    left.shift();
    act();
  }
}

async function anotherKey({ sshd }: SshEngine): Promise<{ readonly open: string; readonly secret: string }> {
  const folder = join(sshd.folder, 'other');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `key-${process.hrtime.bigint()}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return { open: await readFile(`${path}.pub`, 'utf8'), secret: await readFile(path, 'utf8') };
}
