import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPresence } from '../../src/io/process/presence.ts';
import { engineFiles } from '../engine/docker/dockerd.ts';
import { type HostedRunner, startHostedRunner } from './support/hosted-runner.ts';
import { inherited } from './support/jobimg.ts';
import { type Parts, startParts } from './support/parts.ts';
import { type Repository, repositoryWith } from './support/repository.ts';
import { type Watched, watch } from './support/watched.ts';

/** Takes its GPU, which nobody else can meanwhile, and says which one. */
const TAKES = 'mkdir /gpu/busy || exit 9; echo "has GPU $MADE_UP_GPU"; sleep 0.5; rmdir /gpu/busy';
/** Has it until it is told to end. */
const HOLDS = 'echo "has GPU $MADE_UP_GPU"; while [ ! -e /gpu/go ]; do sleep 0.1; done';

/** What the toolkit would bring along, of a driver that answers unless it is told not to. */
const NVIDIA_SMI = `#!/bin/sh
[ ! -s /bin/broken ] || { cat /bin/broken; exit 6; }
echo "GPU 0: made up"
`;

/** A clock that is five times as fast, for what takes half a minute. */
const HURRY = `--import=data:text/javascript,${encodeURIComponent(
  'const now = performance.now.bind(performance); performance.now = () => 5 * now();',
)}`;

describe('an engine with two GPUs, made up, and two users', () => {
  let parts: Parts;
  let runner: HostedRunner;
  let repository: Repository;
  let folder: string;

  beforeAll(async () => {
    [parts, runner] = await Promise.all([
      startParts({ name: 'gpus', auth: 'none', bases: ['busybox'] }),
      startHostedRunner('gpus'),
    ]);
    folder = await mkdtemp(join(tmpdir(), 'jobimg-gpus-'));
    await describeGpus(engineFiles('gpus').cdi, folder);
    const spec = `name: gpus\nrun: "true"\nimage: ${parts.busybox?.reference}\ngpu: 1\ntimeout: 5m\nstop-grace: 1s\n`;
    repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
    await runner.give(repository.folder);
  });
  afterAll(async () => {
    await rm(engineFiles('gpus').cdi, { recursive: true, force: true });
    await Promise.all([parts, runner, repository].map((one) => one?.[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const gpu of ['0', '1']) await rm(join(folder, gpu, 'go'), { force: true });
    const left = (await runner.docker('ps', '--all', '--quiet')).split('\n').filter(Boolean);
    if (left.length > 0) await runner.docker('rm', '--force', ...left);
  });

  let starts = 0;

  /** A process of its own, as a user with a state folder of their own types it. */
  function start(run: string, user: 'root' | 'runner', ...more: readonly string[]): Watched {
    return startWith({}, run, user, ...more);
  }

  function startWith(
    variables: Readonly<Record<string, string>>,
    run: string,
    user: 'root' | 'runner',
    ...more: readonly string[]
  ): Watched {
    const words = [
      'run',
      '--registry',
      'none',
      '--override',
      `name=gpus-${starts++}`,
      '--override',
      `run=${run}`,
    ];
    const engine = { DOCKER_HOST: runner.env['DOCKER_HOST'] };
    const call =
      user === 'root'
        ? { env: { ...inherited(), ...engine, ...variables } }
        : {
            env: { ...inherited(), ...runner.env, ...variables },
            user: { become: runner.become, dist: runner.dist },
          };
    return watch('cli.js', [...words, ...more], { cwd: repository.folder, ...call });
  }

  const gpuOf = (said: string): string | undefined => /^has GPU (\d)$/m.exec(said)?.[1];
  const go = (gpu: string) => writeFile(join(folder, gpu, 'go'), '');
  const containers = () => runner.docker('ps', '--all', '--format', '{{.Names}} {{.State}}');

  it('never gives one of them to two jobs at once, in ten starts by both users', async () => {
    const all = Array.from({ length: 10 }, (_, index) => start(TAKES, index % 2 === 0 ? 'root' : 'runner'));

    const codes = await Promise.all(all.map(({ ended }) => ended));

    const said = all.map((one) => one.said());
    expect([codes, codes.some((code) => code !== 0) ? said : []]).toEqual([Array(10).fill(0), []]);
    expect(new Set(said.map(gpuOf))).toEqual(new Set(['0', '1']));
    expect(said.filter((text) => /queued: waits for 1 GPU: GPU 0 /.test(text)).length).toBeGreaterThan(0);
    expect(await readdir(join(folder, '0'))).toEqual([]);
    expect(await containers()).toBe('');
  });

  it('is tried before the run where the spec asks for it, and starts no run when it does not answer', async () => {
    const words = [TAKES, 'root', '--override', 'preflight=smoke-test'] as const;
    const usable = start(...words);
    expect([await usable.ended, usable.said()]).toEqual([
      0,
      expect.stringContaining('the GPU was tried in a container: GPU 0: made up'),
    ]);
    await writeFile(join(folder, 'broken'), 'No devices were found');
    const broken = start(...words);

    expect([await broken.ended, broken.said()]).toEqual([
      125,
      expect.stringContaining('no GPU is usable in a container: No devices were found'),
    ]);
    await writeFile(join(folder, 'broken'), '');
    expect(broken.said()).not.toContain('has GPU');
    expect(await containers()).toBe('');
  });

  it('frees none when the process that follows a job is killed, and one when a container has ended', async () => {
    const [killed, other] = [start(HOLDS, 'root'), start(HOLDS, 'runner')];
    await Promise.all([killed.says(/^has GPU \d$/m), other.says(/^has GPU \d$/m)]);
    killed.kill('SIGKILL');
    await killed.ended;
    const waiting = start(TAKES, 'runner');
    await waiting.says(
      /queued: waits for 1 GPU: GPU 0 is used by the run .*\(job gpus-\d+, since .*GPU 1 by the run /,
    );
    const before = await containers();
    const gpu = gpuOf(killed.said()) ?? '';
    await go(gpu);

    expect(await waiting.ended).toBe(0);
    expect([gpuOf(waiting.said()), before.match(/ running$/gm)]).toEqual([gpu, [' running', ' running']]);
    expect(new Set([gpu, gpuOf(other.said())])).toEqual(new Set(['0', '1']));
    await go(gpuOf(other.said()) ?? '');
    expect(await other.ended).toBe(0);
  });

  it('gets over a process that was killed while it chose a GPU, and one that was killed before its start', async () => {
    const image = parts.busybox?.reference ?? '';
    const labels = (entries: object) =>
      Object.entries(entries).flatMap(([name, value]) => ['--label', `jobimg.${name}=${value}`]);
    const { place } = createPresence('follower');
    await runner.docker(
      'create',
      '--name',
      'jobimg-gpu-lock',
      ...labels({ lock: 'gpus', submit: 'dead' }),
      image,
    );
    await runner.docker('create', ...labels({ gpus: '0,1', submit: 'dead', presence: place }), image);

    const env = { NODE_OPTIONS: HURRY };
    const both = [startWith(env, TAKES, 'root'), startWith(env, TAKES, 'runner')];

    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(both.map((one) => one.said()).join('')).toContain('were locked by a process that is gone');
    expect(await containers()).toBe('');
  });

  it('goes on when some of many starts are killed at any moment', async () => {
    const all = Array.from({ length: 8 }, (_, index) => start(TAKES, index % 2 === 0 ? 'root' : 'runner'));
    const killed = all.slice(0, 4);
    const kills = killed.map(async (one, index) => {
      await one.says(/^[^\n]*\bRun gpus/m);
      await sleep(150 * index);
      one.kill('SIGKILL');
    });

    const codes = await Promise.all(all.slice(4).map(({ ended }) => ended));
    await Promise.all(kills);

    const said = all.slice(4).map((one) => one.said());
    expect([codes, codes.some((code) => code !== 0) ? said : []]).toEqual([[0, 0, 0, 0], []]);
  });

  it('leaves nothing of a run that is cancelled while it waits, or that waits for too long', async () => {
    const holders = [start(HOLDS, 'root', '--override', 'gpu=2')];
    await holders[0]?.says(/^has GPU \d$/m);
    const before = await containers();
    const waits = [start(TAKES, 'runner'), start(TAKES, 'root', '--override', 'queue-timeout=2s')];
    await Promise.all(waits.map((one) => one.says('queued: waits for 1 GPU')));
    waits[0]?.kill('SIGINT');

    const codes = await Promise.all(waits.map(({ ended }) => ended));

    expect(codes).toEqual([130, 125]);
    expect(waits[1]?.said()).toContain('queue-timeout');
    expect(await containers()).toBe(before);
    await Promise.all([go('0'), go('1')]);
    expect(await holders[0]?.ended).toBe(0);
  });
});

/** A folder of this machine stands for each GPU: https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md */
async function describeGpus(cdi: string, folder: string): Promise<void> {
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'broken'), '');
  await writeFile(join(folder, 'nvidia-smi'), NVIDIA_SMI, { mode: 0o755 });
  const tools = ['broken', 'nvidia-smi'].map((name) => ({
    hostPath: join(folder, name),
    containerPath: `/bin/${name}`,
    options: ['bind', 'ro'],
  }));
  const devices = [];
  for (const name of ['0', '1']) {
    const hostPath = join(folder, name);
    await mkdir(hostPath);
    const mount = { hostPath, containerPath: '/gpu', options: ['bind', 'rw'] };
    devices.push({ name, containerEdits: { env: [`MADE_UP_GPU=${name}`], mounts: [mount, ...tools] } });
  }
  const spec = { cdiVersion: '0.6.0', kind: 'nvidia.com/gpu', devices };
  await mkdir(cdi, { recursive: true });
  await writeFile(join(cdi, 'made-up.json'), JSON.stringify(spec));
}
