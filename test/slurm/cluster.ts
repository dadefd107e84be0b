// A Slurm cluster on this machine: munged, slurmctld and a slurmd for each node, which end with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, which } from '../engine/machine/command.ts';
import { freePort } from '../engine/machine/port.ts';
import { ensureSlurmParts, type SlurmParts } from './parts.ts';
import { makeUserMachine, type UserMachine } from './user.ts';

export interface SlurmCluster {
  readonly folder: string;
  /** What a user of it has in the environment: its commands are the first in PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a cluster that has a user who is not root. */
  readonly user: UserMachine | undefined;
  /** What one of its commands prints. */
  ask(name: string, ...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const READY = 20_000;

export interface SlurmOptions {
  readonly nodes?: 1 | 2;
  /** Whether there is a user who is not root, and has Apptainer. */
  readonly hasUser?: boolean;
}

/** A second node is a second slurmd, under a name that this machine has as well: each is a machine to Slurm. */
export async function startSlurm({
  nodes: count = 1,
  hasUser = false,
}: SlurmOptions = {}): Promise<SlurmCluster> {
  const parts = await ensureSlurmParts();
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-slurm-'));
  const host = (hostname().split('.')[0] ?? 'localhost').toLowerCase();
  const nodes = [host, 'localhost'].slice(0, count);
  await writeConfiguration(folder, { host, nodes }, parts);
  const user = hasUser ? await makeUserMachine(folder, parts.root) : undefined;
  const programs = join(parts.root, 'usr/sbin');
  const env = {
    PATH: `${join(parts.root, 'usr/bin')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    SLURM_CONF: join(folder, 'slurm.conf'),
    LD_LIBRARY_PATH: parts.libraries,
  };
  const run = (name: string, ...words: readonly string[]) =>
    command(name, words, { env: { ...process.env, ...env } });
  const munge = ['key-file', 'pid-file', 'seed-file', 'log-file'].map(
    (name) => `--${name}=${folder}/munge.${name}`,
  );
  await run(join(programs, 'mungekey'), '--create', `--keyfile=${folder}/munge.key-file`);
  const started = [
    start('munged', join(programs, 'munged'), ['-F', '--force', `--socket=${folder}/munge.sock`, ...munge]),
    start('slurmctld', join(programs, 'slurmctld-wlm'), ['-D']),
    ...nodes.map((node) =>
      start('slurmd', join(programs, 'slurmd-wlm'), [
        ...['-D', '-N', node],
        ...['-d', join(programs, 'slurmstepd-wlm')],
      ]),
    ),
  ];

  function start(name: string, file: string, words: readonly string[]): ChildProcess {
    const setpriv = which('setpriv');
    const tied = setpriv ? [setpriv, '--pdeathsig', 'SIGTERM'] : [];
    const [first = file, ...rest] = [...tied, ...(user?.words ?? []), file, ...words];
    const child = spawn(first, rest, {
      env: { ...process.env, ...env },
      stdio: 'ignore',
      cwd: folder,
    });
    child.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`));
    return child;
  }

  const ask = async (name: string, ...words: readonly string[]): Promise<string> =>
    (await run(name, ...words)).stdout.trim();
  async function stop(): Promise<void> {
    await ask('scancel', '--me').catch(() => '');
    for (const child of started.reverse()) await end(child);
    await rm(folder, { recursive: true, force: true });
  }
  const deadline = Date.now() + READY;
  for (;;) {
    const state = await ask('sinfo', '--noheader', '--format=%D%T').catch(() => '');
    if (state.startsWith(`${count}idle`)) break;
    if (Date.now() > deadline) {
      const log = await tail(folder);
      await stop();
      throw new Error(`slurm does not start: ${log}`);
    }
    await sleep(100);
  }
  return {
    folder,
    env,
    user,
    ask,
    stop,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

async function tail(folder: string): Promise<string> {
  const texts = await Promise.all(
    ['slurmctld.log'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  return texts.map((text) => text.slice(-1_500)).join('\n');
}

/** https://slurm.schedmd.com/slurm.conf.html */
async function writeConfiguration(
  folder: string,
  { host, nodes }: { readonly host: string; readonly nodes: readonly string[] },
  { plugins }: SlurmParts,
): Promise<void> {
  for (const name of ['state', ...nodes.map((node) => `spool-${node}`)]) await mkdir(join(folder, name));
  const lines = [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${await freePort()}`,
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge.sock`,
    'CredType=cred/munge',
    'MpiDefault=none',
    `PluginDir=${plugins}`,
    `PlugStackConfig=${folder}/plugstack.conf`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd-%n.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'ReturnToService=2',
    'SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0',
    'KillWait=5',
    'JobAcctGatherType=jobacct_gather/none',
    // More than the machine has, so that no run of a test waits for another one.
    'SlurmdParameters=config_overrides',
    ...(await Promise.all(
      nodes.map(async (node) => {
        const at = `NodeHostname=${host} NodeAddr=127.0.0.1 Port=${await freePort()}`;
        return `NodeName=${node} ${at} CPUs=64 RealMemory=64000 State=UNKNOWN`;
      }),
    )),
    'PartitionName=main Nodes=ALL Default=YES MaxTime=1-0 State=UP',
    'PartitionName=short Nodes=ALL MaxTime=1 State=UP',
  ];
  await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
  await writeFile(join(folder, 'plugstack.conf'), '');
}
